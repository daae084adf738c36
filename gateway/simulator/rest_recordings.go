package simulator

import (
	"net/http"
	"strconv"
	"strings"
)

// show writes a recording as Twilio's JSON. It needs the lock.
func (rec *recording) show(c *Company) any {
	uri := c.uri("/Recordings/" + rec.sid)
	return map[string]any{
		"sid": rec.sid, "account_sid": c.account, "api_version": "2010-04-01", "call_sid": rec.leg.sid, "conference_sid": nil,
		"status": rec.status, "duration": strconv.Itoa(rec.seconds), "channels": 1, "source": "RecordVerb", "error_code": nil,
		"price": nil, "price_unit": "USD", "date_created": date(rec.at), "date_updated": date(rec.at), "start_time": date(rec.at),
		"media_url": c.url + uri, "uri": uri + ".json", "encryption_details": nil, "subresource_uris": map[string]string{},
	}
}

// listRecordings lists all of them, or with a call in the path or the query that call's.
func (c *Company) listRecordings(r *http.Request) (reply, *apiError) {
	query := cloneValues(r.URL.Query())
	if sid := sidOf(r, "sid"); sid != "" {
		query.Set("CallSid", sid)
	}
	days, refused := newDateFilter(query, "DateCreated")
	if refused != nil {
		return reply{}, refused
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var found []*recording
	for _, rec := range c.recordings.newest() {
		if fits(query, "CallSid", rec.leg.sid) && days.keeps(rec.at) {
			found = append(found, rec)
		}
	}
	return page(r, "recordings", found, func(rec *recording) string { return rec.sid }, func(rec *recording) any { return rec.show(c) })
}

// getRecording serves the description (.json) or the sound, which does not exist before
// the recording is completed. As .mp3 the same WAV is served: there is no encoder here.
func (c *Company) getRecording(r *http.Request) (reply, *apiError) {
	c.mu.Lock()
	rec, known := c.recordings.get(sidOf(r, "sid"))
	var shown any
	exists := false
	if known {
		shown, exists = rec.show(c), rec.status == "completed"
	}
	c.mu.Unlock()
	switch {
	case known && strings.HasSuffix(r.URL.Path, ".json"):
		return reply{json: shown}, nil
	case !exists:
		return reply{}, notFound(r)
	}
	return reply{contentType: "audio/x-wav", raw: wav(rec.seconds, rec.words)}, nil
}

func (c *Company) deleteRecording(r *http.Request) (reply, *apiError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	rec, known := c.recordings.get(sidOf(r, "sid"))
	if !known {
		return reply{}, notFound(r)
	}
	if rec.status != "completed" || !c.done(rec.ended) {
		return reply{}, newAPIError(http.StatusConflict, 20009, "Cannot delete a recording that is still processing")
	}
	c.recordings.drop(rec.sid)
	return reply{}, nil
}
