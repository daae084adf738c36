package simulator

import (
	"slices"
	"strings"
	"testing"
)

func TestDocumentsThatTwilioUnderstands(t *testing.T) {
	for _, body := range []string{
		`<Say>Hello</Say>`,
		`<Say voice="Polly.Lupe" language="es-US" loop="2">Hola <break time="1s"/><say-as interpret-as="digits">123</say-as></Say>`,
		`<Gather input="dtmf speech" numDigits="1" timeout="7" finishOnKey="" actionOnEmptyResult="true" action="/t/2" method="POST"><Say>a</Say><Pause length="1"/><Play loop="0">/a.wav</Play></Gather>`,
		`<Gather timeout="auto" speechTimeout="auto" hints="yes, no" language="en-US"/>`,
		`<Record maxLength="180" timeout="5" finishOnKey="1#" playBeep="false" trim="do-not-trim" action="/r" recordingStatusCallback="/s" recordingStatusCallbackEvent="completed absent"/><Redirect method="GET">../x</Redirect>`,
		`<Dial callerId="+12125550100" timeout="20" answerOnBridge="true" action="/d"><Number url="/whisper">+12125550101</Number><Client>ana</Client></Dial>`,
		`<Dial>+12125550101</Dial><Reject reason="busy"/><Pause/><Hangup/><Play digits="ww1"/>`,
		`<!-- a comment --><Say><![CDATA[a < b]]></Say>`,
	} {
		if _, fault := readTwiML([]byte("<Response>"+body+"</Response>"), voiceGrammar); fault != nil {
			t.Errorf("%s: %v", body, fault)
		}
	}
	for _, body := range []string{
		``,
		`<Message>Hi</Message><Redirect>/next</Redirect>`,
		`<Message to="+12125550102" from="+12125550100" statusCallback="/s" action="/s" method="GET"><Body>Hi</Body><Media>https://example.org/a.jpg</Media></Message>`,
	} {
		if _, fault := readTwiML([]byte("<?xml version=\"1.0\"?>\n<Response>"+body+"</Response>\n"), messagingGrammar); fault != nil {
			t.Errorf("%s: %v", body, fault)
		}
	}
}

func TestDocumentsThatTwilioRefuses(t *testing.T) {
	in := func(body string) string { return "<Response>" + body + "</Response>" }
	for _, c := range []struct {
		name, doc string
		code      int
	}{
		{"nothing", ``, 12100},
		{"not XML", `hello`, 12100},
		{"unclosed", `<Response><Say>a</Response>`, 12100},
		{"cut off", `<Response><Say>a`, 12100},
		{"a bare ampersand", in(`<Say>bread & roses</Say>`), 12100},
		{"a bell", in("<Say>a\x07</Say>"), 12100},
		{"not UTF-8", in("<Say>a\xff</Say>"), 12100},
		{"a doubled attribute", in(`<Say loop="1" loop="2">a</Say>`), 12100},
		{"two roots", in(``) + in(``), 12100},
		{"text after the end", in(``) + `x`, 12100},
		{"a late declaration", ` <?xml version="1.0"?>` + in(``), 12100},
		{"another charset", `<?xml version="1.0" encoding="latin1"?>` + in(``), 12100},
		{"a document type", `<!DOCTYPE Response>` + in(``), 12100},
		{"an entity bomb", `<!DOCTYPE x [<!ENTITY a "aa">]>` + in(`<Say>&a;</Say>`), 12100},
		{"too deep", in(`<Say>` + strings.Repeat(`<p>`, 20) + strings.Repeat(`</p>`, 20) + `</Say>`), 12100},
		{"another root", `<Answer/>`, 12102},
		{"small letters", `<response/>`, 12102},
		{"an unknown verb", in(`<Shout>a</Shout>`), 12200},
		{"a verb of another case", in(`<say>a</say>`), 12200},
		{"loose text", in(`hello`), 12200},
		{"an unknown attribute", in(`<Say volume="11">a</Say>`), 12200},
		{"nothing said", in(`<Say> </Say>`), 12200},
		{"a language nobody speaks", in(`<Say language="ht-HT">Alo</Say>`), 12200},
		{"a voice nobody has", in(`<Say voice="mia">a</Say>`), 12200},
		{"no loop", in(`<Say loop="-1">a</Say>`), 12200},
		{"Gather in Gather", in(`<Gather><Gather/></Gather>`), 12200},
		{"Hangup in Gather", in(`<Gather><Hangup/></Gather>`), 12200},
		{"Redirect in Gather", in(`<Gather><Redirect>/x</Redirect></Gather>`), 12200},
		{"Say in Say", in(`<Say><Say>a</Say></Say>`), 12200},
		{"a Body in a call", in(`<Body>a</Body>`), 12200},
		{"no digits", in(`<Gather numDigits="0"/>`), 12200},
		{"no such key", in(`<Gather finishOnKey="a"/>`), 13310},
		{"no such key to record", in(`<Record finishOnKey="x"/>`), 13613},
		{"a yes for a truth", in(`<Gather actionOnEmptyResult="yes"/>`), 12200},
		{"a PUT", in(`<Gather method="PUT"/>`), 12200},
		{"text in Gather", in(`<Gather>Press 1</Gather>`), 12200},
		{"a child in Record", in(`<Record><Say>a</Say></Record>`), 12200},
		{"an endless pause", in(`<Pause length="forever"/>`), 12200},
		{"no place to go", in(`<Redirect/>`), 12200},
		{"no such scheme", in(`<Redirect>ftp://example.org</Redirect>`), 12200},
		{"nothing to play", in(`<Play/>`), 12200},
		{"a name to dial", in(`<Dial>ana</Dial>`), 13223},
		{"nobody to dial", in(`<Dial/>`), 13223},
		{"a short number", in(`<Dial><Number>123</Number></Dial>`), 13223},
		{"no reason", in(`<Reject reason="tired"/>`), 12200},
		{"a loud Hangup", in(`<Hangup reason="x"/>`), 12200},
		{"a message in a call", in(`<Message>a</Message>`), 12200},
		{"another namespace", in(`<x:Say xmlns:x="urn:x">a</x:Say>`), 12200},
	} {
		_, fault := readTwiML([]byte(c.doc), voiceGrammar)
		if fault == nil || fault.Code != c.code {
			t.Errorf("%s: %v, wanted %d", c.name, fault, c.code)
		}
	}
	for name, doc := range map[string]string{
		"a call's verb": `<Say>a</Say>`, "an empty message": `<Message/>`, "media without URL": `<Message><Media/></Message>`,
		"a name for a number": `<Message to="ana">a</Message>`, "a message in a message": `<Message><Message>a</Message></Message>`,
	} {
		if _, fault := readTwiML([]byte(in(doc)), messagingGrammar); fault == nil || fault.Code != 12200 {
			t.Errorf("%s: %v", name, fault)
		}
	}
}

func FuzzTwiML(f *testing.F) {
	for _, seed := range []string{
		`<Response/>`, `<Response><Say loop="2">a<break/></Say></Response>`, `<Response><Gather numDigits="1"><Play>/x</Play></Gather></Response>`,
		`<?xml version="1.0"?><Response><Message><Body>x</Body><Media>/a</Media></Message></Response>`, `<Response><Dial><Number>+12125550101</Number></Dial></Response>`,
		`<Response>&amp;<![CDATA[x]]></Response>`, `<!DOCTYPE x><Response/>`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, g := range []grammar{voiceGrammar, messagingGrammar} {
			doc, fault := readTwiML(body, g)
			if (doc == nil) == (fault == nil) {
				t.Fatalf("document %v and fault %v", doc, fault)
			}
			if fault != nil && !slices.Contains([]int{12100, 12102, 12200, 13223, 13310, 13613}, fault.Code) {
				t.Fatalf("unheard of: %v", fault)
			}
			if doc != nil {
				walk(t, g, doc)
			}
		}
	})
}

// walk checks that what the grammar let through is what the verbs count on.
func walk(t *testing.T, g grammar, n *node) {
	r, known := g[n.name]
	if !known {
		t.Fatalf("%s got through", n.name)
	}
	for name := range n.attrs {
		if _, known := r.attrs[name]; !known {
			t.Fatalf("%s %s got through", n.name, name)
		}
	}
	if n.name == "Say" || n.name == "Pause" || n.name == "Play" {
		if h := heard(n, "https://example.org/"); h.Seconds < 1 && h.Loop != forever {
			t.Fatalf("%s lasts %d s", n.name, h.Seconds)
		}
	}
	for _, kid := range n.kids {
		walk(t, g, kid)
	}
}
