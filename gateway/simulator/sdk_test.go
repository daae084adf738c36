package simulator_test

import (
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/twilio/twilio-go/client"
	openapi "github.com/twilio/twilio-go/rest/api/v2010"
)

// toCompany sends what Twilio's SDK would send to Twilio to a pretend company instead.
type toCompany struct{ host string }

func (t toCompany) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL = &url.URL{Scheme: "http", Host: t.host, Path: r.URL.Path, RawQuery: r.URL.RawQuery}
	r.Host = t.host
	return http.DefaultTransport.RoundTrip(r)
}

// Twilio's own library finds in the company what it expects of Twilio.
func TestTwiliosLibraryTalksToTheCompany(t *testing.T) {
	tw := newTown(t)
	host, err := url.Parse(tw.server.URL)
	tw.must(err)
	c := &client.Client{Credentials: client.NewCredentials(account, token), HTTPClient: &http.Client{Transport: toCompany{host.Host}}}
	c.SetAccountSid(account)
	api := openapi.NewApiService(client.NewRequestHandler(c))

	sent, err := api.CreateMessage((&openapi.CreateMessageParams{}).SetTo(ana).SetFrom(line).SetBody("We meet Friday.").SetValidityPeriod(600))
	tw.must(err)
	tw.settle()
	got, err := api.FetchMessage(*sent.Sid, &openapi.FetchMessageParams{})
	tw.must(err)
	if *got.Status != "delivered" || *got.NumSegments != "1" || got.ErrorCode != nil {
		t.Errorf("fetched: %+v", got)
	}
	redacted, err := api.UpdateMessage(*sent.Sid, (&openapi.UpdateMessageParams{}).SetBody(""))
	tw.must(err)
	if *redacted.Body != "" {
		t.Errorf("redacted: %q", *redacted.Body)
	}
	_, err = api.CreateMessage((&openapi.CreateMessageParams{}).SetTo("Ana").SetFrom(line).SetBody("a"))
	var refused *client.TwilioRestError
	if !errors.As(err, &refused) || refused.Code != 21211 || refused.Status != 400 {
		t.Errorf("refused: %v", err)
	}

	for range 4 {
		tw.text(tw.phone(ana), "hello")
	}
	missed, err := api.ListMessage((&openapi.ListMessageParams{}).SetTo(line).SetDateSentAfter(time.Now().Add(-48 * time.Hour)).SetPageSize(3))
	tw.must(err)
	if len(missed) != 4 {
		t.Errorf("missed: %d", len(missed))
	}
	tw.must(api.DeleteMessage(*sent.Sid, &openapi.DeleteMessageParams{}))

	numbers, err := api.ListIncomingPhoneNumber(&openapi.ListIncomingPhoneNumberParams{})
	tw.must(err)
	if len(numbers) != 1 || *numbers[0].PhoneNumber != line || *numbers[0].SmsUrl != tw.owner.URL+"/sms" {
		t.Errorf("numbers: %+v", numbers)
	}

	call, err := api.CreateCall((&openapi.CreateCallParams{}).SetTo(ana).SetFrom(line).SetUrl(tw.owner.URL + "/hello"))
	tw.must(err)
	ring, _ := tw.rings(tw.phone(ana), 0)
	_, err = api.UpdateCall(*call.Sid, (&openapi.UpdateCallParams{}).SetStatus("completed"))
	tw.must(err)
	tw.settle()
	over, err := api.FetchCall(ring.SID, &openapi.FetchCallParams{})
	tw.must(err)
	if *over.Status != "canceled" {
		t.Errorf("call: %+v", over)
	}
	recordings, err := api.ListRecording(&openapi.ListRecordingParams{})
	if err != nil || len(recordings) != 0 {
		t.Errorf("recordings: %v %v", recordings, err)
	}
}
