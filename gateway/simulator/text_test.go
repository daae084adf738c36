package simulator_test

import "testing"

func TestATextIsAnswered(t *testing.T) {
	tw := newTown(t)
	tw.on("/sms", `<Message>Welcome, ñ.</Message><Message><Body>€</Body></Message>`)
	sent := tw.text(tw.phone(ana), "hello")
	if sent.Status != 200 || len(sent.Replies) != 2 || sent.Replies[0].Body != "Welcome, ñ." || sent.Replies[1].Segments != 1 {
		t.Fatalf("sent: %+v", sent)
	}
	got := tw.askedAt("/sms")
	if len(got) != 1 || got[0].form.Get("Body") != "hello" || got[0].form.Get("MessageSid") != sent.SID {
		t.Fatalf("asked: %+v", got)
	}
}
