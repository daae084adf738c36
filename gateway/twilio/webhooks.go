package twilio

import (
	"context"
	"fmt"
	"strings"

	openapi "github.com/twilio/twilio-go/rest/api/v2010"
)

// The carrier asks a second time only where the URL's fragment says so: ct, rt, tt are the milliseconds to connect, to wait for an
// answer and in total, rc how many times to ask again, rp on what. The fragment is no part of the signature. Our deadlines are
// below these. Source: Twilio's "Webhooks: connection overrides".
const (
	textFragment   = "#ct=2000&rt=4500&tt=15000&rc=2&rp=ct,rt,5xx"
	voiceFragment  = "#ct=1500&rt=4000&tt=14000&rc=2&rp=ct,rt,5xx"
	statusFragment = "#rc=5&rp=ct,rt,5xx"
)

// Webhooks are the addresses that are set at the carrier for one number. All are asked by POST.
type Webhooks struct {
	Text, TextFallback   string // "a message comes in", "primary handler fails"
	Voice, VoiceFallback string // "a call comes in", "primary handler fails"
	CallStatus           string // "call status changes"
}

// WebhookURLs are the addresses to set for each of our numbers, fragments included.
func WebhookURLs(publicURL string) Webhooks {
	base := strings.TrimRight(publicURL, "/") + "/twilio"
	return Webhooks{
		Text:          base + "/sms" + textFragment,
		TextFallback:  base + "/fallback/sms" + textFragment,
		Voice:         base + "/voice" + voiceFragment,
		VoiceFallback: base + "/fallback/voice" + voiceFragment,
		CallStatus:    base + "/status/call" + statusFragment,
	}
}

// Missing says, a sentence for each, what is set otherwise than wanted. A fallback elsewhere is fine (a document kept at the
// carrier itself answers even when this machine is off), none at all is not.
func (want Webhooks) Missing(have Webhooks) (sentences []string) {
	say := func(where, want, have string) {
		sentences = append(sentences, fmt.Sprintf("%s is %s; set it to %s", where, orNothing(have), want))
	}
	for _, f := range []struct{ where, want, have string }{
		{"A message comes in", want.Text, have.Text},
		{"A call comes in", want.Voice, have.Voice},
		{"Call status changes", want.CallStatus, have.CallStatus},
	} {
		if f.want != f.have {
			say(f.where, f.want, f.have)
		}
	}
	if have.TextFallback == "" {
		say("The fallback of messages", want.TextFallback, "")
	}
	if have.VoiceFallback == "" {
		say("The fallback of calls", want.VoiceFallback, "")
	}
	return sentences
}

func orNothing(url string) string {
	if url == "" {
		return "not set"
	}
	return url
}

// Webhooks asks the carrier what is set for one of our numbers. ok is false where the account has no such number.
func (c *Client) Webhooks(ctx context.Context, number string) (w Webhooks, ok bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	page, err := c.api(ctx).PageIncomingPhoneNumber(new(openapi.ListIncomingPhoneNumberParams).SetPhoneNumber(number), "", "")
	if err != nil {
		return w, false, fmt.Errorf("asking the carrier for its settings of a line: %w", err)
	}
	for _, n := range page.IncomingPhoneNumbers {
		if deref(n.PhoneNumber) != number { // the filter also matches parts of numbers
			continue
		}
		call := deref(n.VoiceApplicationSid) + deref(n.TrunkSid)
		return Webhooks{
			Text:          address(n.SmsUrl, n.SmsMethod, deref(n.SmsApplicationSid)),
			TextFallback:  address(n.SmsFallbackUrl, n.SmsFallbackMethod, deref(n.SmsApplicationSid)),
			Voice:         address(n.VoiceUrl, n.VoiceMethod, call),
			VoiceFallback: address(n.VoiceFallbackUrl, n.VoiceFallbackMethod, call),
			CallStatus:    address(n.StatusCallback, n.StatusCallbackMethod, ""),
		}, true, nil
	}
	return w, false, nil
}

// address is a URL as Webhooks has it. What keeps the carrier from asking it by POST is written before it or in its place, so that
// it compares as different and says why: another method, or an application or trunk that takes the number's messages or calls.
func address(url, method *string, instead string) string {
	switch {
	case instead != "":
		return "overruled by " + instead
	case deref(url) != "" && deref(method) != "" && deref(method) != "POST":
		return deref(method) + " " + deref(url)
	}
	return deref(url)
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
