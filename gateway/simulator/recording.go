package simulator

import (
	"net/url"
	"strconv"
	"time"
)

// recording is what a Record kept. Its fields are fixed when it is booked, except status,
// which Company.mu guards.
type recording struct {
	sid      string
	leg      *leg
	seconds  int
	words    string // what was said: the WAV's comment
	callback statusTarget
	status   string // processing, completed
	at       time.Time
	ended    time.Time // when it was completed; Company.mu guards it
}

func (c *Company) bookRecording(rec *recording) {
	rec.sid = newSID("RE")
	c.mu.Lock()
	defer c.mu.Unlock()
	rec.status, rec.at = "processing", c.now()
	c.recordings.put(rec.sid, rec)
}

// completeRecording makes the media exist, a moment after the action, and tells of it.
func (c *Company) completeRecording(rec *recording) {
	if !c.sleep(c.recordingDelay) {
		return
	}
	c.mu.Lock()
	rec.status, rec.ended = "completed", c.now()
	c.mu.Unlock()
	for _, event := range rec.callback.events {
		if event == "completed" {
			c.tell(rec.tells("completed"))
		}
	}
}

// tells makes the recording's status callback. It carries no From and no To.
func (rec *recording) tells(status string) callback {
	c := rec.leg.co
	params := url.Values{
		"AccountSid": {c.account}, "CallSid": {rec.leg.sid}, "RecordingStatus": {status},
		"RecordingChannels": {"1"}, "RecordingSource": {"RecordVerb"},
		"RecordingStartTime": {rec.at.UTC().Format(time.RFC1123Z)},
	}
	if rec.sid != "" {
		params.Set("RecordingSid", rec.sid)
		params.Set("RecordingUrl", c.resource("/Recordings/"+rec.sid))
		params.Set("RecordingDuration", strconv.Itoa(rec.seconds))
	}
	return callback{status: status, hook: webhook{
		method: rec.callback.method, url: rec.callback.url, params: params, voice: true, sid: rec.leg.sid,
	}}
}
