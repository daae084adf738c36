package gateway

import "hotline/flows"

// What a notice may be about, as its record is called.
const (
	aboutMeeting = "meeting"
	aboutBallot  = "ballot"
)

// noticesAbout is what a flow that a notice carries may take of what the notice is about, as it was when it went out.
func noticesAbout() map[string]map[string]flows.Shape {
	is := shapes()
	return map[string]map[string]flows.Shape{
		// version goes back with the answer, so that one to what has changed meanwhile is known.
		aboutMeeting: {"meeting": is.text, "version": is.count, "at": is.moment},
		aboutBallot:  {"ballot": is.text, "title": is.words(mostTitle), "question": is.words(mostQuestion), "options": is.list(brings{"name": is.words(mostOption)})},
	}
}
