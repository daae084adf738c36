package simulator_test

import "testing"

func TestACallOffersAMenu(t *testing.T) {
	tw := newTown(t)
	tw.on("/voice", `<Say>Hello.</Say><Gather numDigits="1" action="/menu"><Say>Press 1.</Say></Gather><Redirect>/silent</Redirect>`)
	tw.on("/menu", `<Say>One.</Say><Hangup/>`)
	tw.on("/silent", `<Say>Goodbye.</Say>`)

	call := tw.call(tw.phone(ana))
	tw.tells(call.History(), nil, "say Hello.", "say Press 1.", "? gather")
	heard, err := call.Press(tw.ctx, "1")
	tw.tells(heard, err, "say One.", "end line completed")

	call = tw.call(tw.phone(ana))
	heard, err = call.Silence(tw.ctx)
	tw.tells(heard, err, "say Goodbye.", "end line completed")
}

func TestACallerLeavesARecording(t *testing.T) {
	tw := newTown(t)
	tw.on("/voice", `<Record action="/kept" maxLength="180" recordingStatusCallback="/media"/><Redirect>/again</Redirect>`)
	tw.on("/kept", `<Say>Thank you.</Say>`)
	tw.on("/again", `<Say>Nothing heard.</Say>`)
	call := tw.call(tw.phone(ana))
	tw.tells(call.History(), nil, "beep ", "? record")
	heard, err := call.Record(tw.ctx, 12, "the lift is broken")
	tw.tells(heard, err, "say Thank you.", "end line completed")
	if got := tw.askedAt("/media"); len(got) != 1 || got[0].form.Has("From") || got[0].form.Get("RecordingDuration") != "12" {
		t.Fatalf("asked: %+v", got)
	}
	call = tw.call(tw.phone(ana))
	heard, err = call.Silence(tw.ctx)
	tw.tells(heard, err, "say Nothing heard.", "end line completed")
	call = tw.call(tw.phone(""))
	heard, err = call.Hangup(tw.ctx)
	tw.tells(heard, err, "end caller completed")
	if got := tw.askedAt("/status"); len(got) != 3 || got[2].form.Get("From") != "+266696687" {
		t.Fatalf("asked: %+v", got)
	}
}
