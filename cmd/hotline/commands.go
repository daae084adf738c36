package main

// commands is the one table of all there is. To add one, write its function and its line here.
func commands() []command {
	return []command{
		{heading: "To try it", name: "dev", short: "run a hotline on this machine, with a demo and pretend phones", long: devHelp, bind: devCommand},
		{name: "talk", takes: "[FILE]", short: "be a keypad phone: text or call the hotline that dev runs, or one flow alone", long: talkHelp, bind: talkCommand},

		{heading: "To run it", name: "serve", short: "answer a real number, as the environment says", long: serveHelp, bind: serveCommand},
		{name: "migrate", short: "bring the database up to this program", long: migrateHelp, bind: migrateCommand},
		{name: "keys new", short: "make a key file", long: keysHelp, bind: keysNew},
		{name: "check", takes: "[FILE…]", short: "check flows, and the configuration where there is one", long: checkHelp, bind: checkCommand},
		{name: "flow draw", takes: "FILE", short: "draw a flow as a picture", long: flowDrawHelp, bind: flowDraw},
		{name: "flow schema", short: "print a JSON Schema of flows, for editors", long: flowSchemaHelp, bind: flowSchema},
		{name: "flow cost", takes: "FILE…", short: "tell what a flow costs by text and takes by voice", long: flowCostHelp, bind: flowCost},
		{name: "flow translated", takes: "[FILE…]", short: "mark translations as made from the present words", long: flowTranslatedHelp, bind: flowTranslated},
		{name: "load", short: "send many signed texts to a hotline and measure its answers", long: loadHelp, bind: loadCommand},
		{name: "version", short: "tell which program this is", bind: versionCommand},
		{name: "help", takes: "[COMMAND…]", short: "tell about a command", bind: helpCommand},

		{heading: "What came in, and what the assembly does (records)", name: "report list", short: "list reports", long: reportHelp, bind: reportList},
		{name: "report show", takes: "NUMBER", short: "read a report, and mark it as read", long: reportHelp, bind: reportShow},
		{name: "meeting list", short: "list meetings, with head counts", long: meetingHelp, bind: meetingList},
		{name: "meeting add", short: "publish a meeting", long: meetingAddHelp, bind: meetingAdd},
		{name: "meeting change", takes: "NUMBER", short: "move a meeting in time or place", long: meetingAddHelp, bind: meetingChange},
		{name: "meeting cancel", takes: "NUMBER", short: "cancel a meeting", long: meetingHelp, bind: meetingCancel},
		{name: "meeting show", takes: "NUMBER", short: "show a meeting", long: meetingHelp, bind: meetingShow},
		{name: "ballot list", short: "list ballots", long: ballotHelp, bind: ballotList},
		{name: "ballot open", short: "open a ballot to the members of this moment", long: ballotOpenHelp, bind: ballotOpen},
		{name: "ballot close", takes: "NUMBER", short: "close a ballot, for good", long: ballotHelp, bind: ballotClose},
		{name: "ballot show", takes: "NUMBER", short: "show a ballot and, once it is closed, its result", long: ballotHelp, bind: ballotShow},

		{heading: "Who belongs to it (records)", name: "member list", short: "list people, without their numbers", long: memberHelp, bind: memberList},
		{name: "member import", takes: "FILE.csv", short: "bring in a list of people, or bring it up to date", long: importHelp, bind: memberImport},
		{name: "member vouch", takes: "WHO", short: "vouch for somebody who is listed: they become a member", long: vouchHelp, bind: memberVouch},
		{name: "member remove", takes: "WHO", short: "take somebody out of the assembly", long: memberHelp, bind: memberRemove},
		{name: "organizer list", short: "list organizers", long: organizerHelp, bind: organizerList},
		{name: "organizer add", takes: "NAME", short: "add an organizer", long: organizerHelp, bind: organizerAdd},
		{name: "organizer remove", takes: "NAME", short: "end somebody's acting as an organizer", long: organizerHelp, bind: organizerRemove},
		{name: "duty list", short: "show who is rung for callers, and when", long: dutyHelp, bind: dutyList},
		{name: "duty on", takes: "NAME", short: "let somebody be rung for callers", long: dutyOnHelp, bind: dutyOn},
		{name: "duty off", takes: "NAME", short: "let somebody be rung no more", long: dutyHelp, bind: dutyOff},
		{name: "duty calls", short: "show for whom somebody was rung, and what they noted", long: dutyCallsHelp, bind: dutyCalls},
		{name: "duty unblock", short: "have somebody rung again for callers who were blocked for a day", long: dutyUnblockHelp, bind: dutyUnblock},
		{name: "flyer list", short: "list flyers and how many joined by each", long: flyerHelp, bind: flyerList},
		{name: "flyer add", short: "make a word that lets phones join", long: flyerHelp, bind: flyerAdd},
		{name: "flyer end", takes: "WORD", short: "let nobody join by a word any more", long: flyerHelp, bind: flyerEnd},

		{heading: "Where it belongs (records)", name: "assembly list", short: "list assemblies", long: assemblyHelp, bind: assemblyList},
		{name: "assembly add", takes: "NAME", short: "add an assembly", long: assemblyAddHelp, bind: assemblyAdd},
		{name: "line list", short: "list the numbers we answer", long: lineHelp, bind: lineList},
		{name: "line add", takes: "NUMBER", short: "answer a number", long: lineAddHelp, bind: lineAdd},
		{name: "line change", takes: "NUMBER", short: "change a line's name, languages or emergency number, or whether it answers texts", long: lineAddHelp, bind: lineChange},
	}
}
