package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"hotline/gateway/simulator"
)

// rudeCarrier refuses all that is asked of it, and repeats what that was in its refusal: in its message, as a link, and as a header.
func rudeCarrier(t *testing.T, asked chan<- string) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		if r.Form.Get("To") == "" {
			http.Error(w, `{"message": "no"}`, http.StatusNotFound)
			return
		}
		select {
		case asked <- r.Form.Get("To") + " " + r.Form.Get("Body"):
		default:
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Said", url.QueryEscape(r.Form.Get("Body")))
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"code": 21211, "status": 400, "message": "%[1]s is not a number that can be sent: %[2]s", "more_info": "https://carrier.example/%[1]s/%[2]s",
			"details": {"To": %[1]q, "Body": %[2]q}}`, r.Form.Get("To"), r.Form.Get("Body"))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// The log of serve holds no number, no word, no name and no code when things go wrong: the carrier refuses a text and repeats it, webhooks
// are malformed or forged, and Postgres dies in the middle. (The happy day is TestAWholeDayOnTheLine's.)
func TestAnUnhappyDayLeavesNothingInTheLog(t *testing.T) {
	const phone, words = "+13475550123", "the lift in hall B fell on Xochitl"
	sv := newServed(t)
	asked := make(chan string, 10)
	sv.env["TWILIO_API_URL"] = rudeCarrier(t, asked)
	sv.command("", "organizer", "add", "Rosalinda")
	sv.start()

	sv.text(phone, "ENGLISH")
	_, twiml := sv.text(phone, words)
	code := regexp.MustCompile(`\d{4} \d{4} \d{4}`).FindString(twiml)
	for _, answer := range []string{"1", "1"} {
		sv.text(phone, answer)
	}
	var number int
	sv.must(sv.store.Pool.QueryRow(t.Context(), "select number from reports").Scan(&number))
	sv.run("update phones set hours_from = 0, hours_until = 1439")
	sv.command("", "report", "answer", fmt.Sprint(number), "Ask for Maximiliana at the gate.")
	select {
	case got := <-asked:
		if !strings.Contains(got, phone) || !strings.Contains(got, "Maximiliana") {
			t.Errorf("the carrier was asked to send %q", got)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the carrier was asked for nothing")
	}
	for until := time.Now().Add(20 * time.Second); !strings.Contains(sv.log.String(), "was not accepted"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("its refusal is not in the log, so that this proves nothing")
		}
	}

	sv.malformed(phone, words)
	sv.run(`create function dies() returns trigger language plpgsql as $$ begin
		raise exception 'no row may stand here: %', new using detail = new::text; return new; end $$`)
	sv.run(`create trigger dies before insert on report_parts for each row execute function dies()`)
	if status, said := sv.text(phone, words+", and nobody has come since"); status != 200 || !strings.Contains(said, "Nothing was recorded") && !strings.Contains(said, "could not keep") {
		t.Errorf("%d %s", status, said)
	}
	sv.run(`create or replace function dies() returns trigger language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$`)
	sv.text(phone, words+", and nobody has come since")
	sv.run(`drop trigger dies on report_parts`)
	sv.finish()

	for _, secret := range []string{phone, phone[2:], "Xochitl", "hall B", "fell on", "nobody has come", "Maximiliana", "Rosalinda", code, strings.ReplaceAll(code, " ", ""),
		url.QueryEscape(words), sv.env["TWILIO_AUTH_TOKEN"]} {
		for line := range strings.Lines(sv.log.String()) {
			if secret != "" && strings.Contains(line, secret) {
				t.Errorf("%q stands in the log: %s", secret, line)
			}
		}
	}
	for _, want := range []string{"webhook refused", "a turn was not kept"} {
		if !strings.Contains(sv.log.String(), want) {
			t.Errorf("the log tells of no %q, so that this proves nothing of it", want)
		}
	}
}

func (sv *served) run(sql string) {
	sv.Helper()
	_, err := sv.store.Pool.Exec(sv.Context(), sql)
	sv.must(err)
}

// malformed sends what the carrier never would: forged, cut off, without an id, with one that is none, to nobody, in another form, too much.
func (sv *served) malformed(phone, words string) {
	sv.Helper()
	good := func() url.Values {
		return url.Values{"MessageSid": {"SM" + strings.ReplaceAll(uuid.NewString(), "-", "")}, "AccountSid": {sv.env["TWILIO_ACCOUNT_SID"]},
			"From": {phone}, "To": {servedLine}, "Body": {words}, "NumMedia": {"0"}}
	}
	with := func(field, value string) url.Values {
		form := good()
		form.Set(field, value)
		return form
	}
	post := func(path string, form url.Values, body, signature, kind string) {
		if body == "" {
			body = form.Encode()
		}
		if signature == "" {
			signature = simulator.Sign(sv.env["TWILIO_AUTH_TOKEN"], sv.env["HOTLINE_PUBLIC_URL"]+path, form)
		}
		req, err := http.NewRequest(http.MethodPost, sv.public+path, strings.NewReader(body))
		sv.must(err)
		req.Header.Set("Content-Type", kind)
		req.Header.Set("X-Twilio-Signature", signature)
		res, err := http.DefaultClient.Do(req)
		if err != nil { // it may hang up on what is too much
			return
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
	const form = "application/x-www-form-urlencoded"
	for _, path := range []string{"/twilio/sms", "/twilio/voice", "/twilio/fallback", "/twilio/status"} {
		post(path, good(), "", "forged "+words, form)
		post(path, good(), "Body="+url.QueryEscape(words)+"&From=%zz"+phone, "", form)
		post(path, good(), `{"Body": "`+words+`", "From": "`+phone+`"}`, "", "application/json")
		post(path, good(), strings.Repeat("Body="+url.QueryEscape(words)+"&", 1<<15), "", form)
		for field, value := range map[string]string{"MessageSid": phone, "AccountSid": words, "From": words, "To": phone, "NumMedia": words, "MessageStatus": words, "CallSid": words,
			"CallStatus": words, "RecordingUrl": "https://evil.example/" + phone, "MediaUrl0": words, "ErrorCode": words} {
			post(path, with(field, value), "", "", form)
		}
	}
}

// What a command says when it fails, or the database does, repeats neither words nor numbers nor codes: such lines end up in a shell's
// history and in screenshots. Nor does what it logs.
func TestAFailingCommandRepeatsNothing(t *testing.T) {
	o := newOffice(t)
	phone, report := o.files("+12125550141", true)
	o.posts(phone)
	o.says("", "meeting", "add", "--at", "2036-11-28 19:00", "--place", "en=12 Elm St / es=12 Elm St", "--as", "Rosa")
	for _, sql := range []string{
		`create function dies() returns trigger language plpgsql as $$ begin raise exception 'no row may stand here: %', new using detail = new::text; return new; end $$`,
		`do $$ declare t text; begin for t in select tablename from pg_tables where schemaname = 'public' and tablename not like 'river%' and tablename <> 'schema_migrations' loop
			execute format('create trigger dies before insert or update on %I for each row execute function dies()', t); end loop; end $$`,
	} {
		if _, err := o.store.Pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	const secret = "Xochitl"
	for _, args := range [][]string{
		{"report", "answer", report, "Ask for Xochitl", "--waits"}, {"report", "answer", report, "Ask for Xochitl"}, {"report", "note", report, "Xochitl knows"},
		{"report", "assign", report, "Rosa"}, {"report", "status", report, "--workplace", "Xochitl's"}, {"member", "reveal", report, "--why", "Xochitl asks"},
		{"meeting", "change", "1", "--place", "en=Xochitl's / es=Xochitl"}, {"offer", "approve", "1", "--words", "en=Xochitl's ride / es=Xochitl"},
		{"offer", "refuse", "1", "--because", "en=Xochitl / es=Xochitl"}, {"proposal", "share", "1", "--words", "en=Xochitl / es=Xochitl"},
		{"proposal", "hold", "1", "--because", "en=Xochitl / es=Xochitl"}, {"ballot", "open", "--question", "en=Xochitl? / es=¿Xochitl?", "--yes"},
		{"member", "import", "-"}, {"member", "pin", "Ana", "--yes"}, {"retention", "hold", "--why", "Xochitl's hearing"},
		{"duty", "on", "Wes", "--languages", "en"}, // the name of an organizer, or on the rota, is one that they chose for it
	} {
		var out, logged bytes.Buffer
		c, rest, err := find(commands(), append(args, "--as", "Rosa"))
		if err != nil {
			t.Fatal(err)
		}
		typed := map[string]string{
			"member import": "name,phone,language,standing,agreed_how,agreed_on,agreed_to\nXochitl,212-555-0177,en,member,sheet,2026-05-01,both\n",
			"duty on":       "212-555-0177\n",
		}
		w := &world{cfg: o.cfg, in: strings.NewReader(typed[c.name]), out: &out, err: &logged, now: func() time.Time { return o.now }, name: "hotline"}
		err = c.run(t.Context(), w, rest)
		if err == nil || !strings.Contains(err.Error(), "no row may stand here") {
			t.Errorf("%q ended with %v, so that this proves nothing", args, err)
			continue
		}
		for _, shown := range []string{err.Error(), logged.String()} {
			if strings.Contains(shown, secret) || strings.Contains(shown, "5550177") || strings.Contains(shown, "5550141") || strings.Contains(shown, fmt.Sprintf("%x", secret)) {
				t.Errorf("%q says %q", args, shown)
			}
		}
	}
}
