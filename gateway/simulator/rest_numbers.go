package simulator

import (
	"net/http"
	"slices"
	"strings"
)

// show writes a line as Twilio's JSON of an IncomingPhoneNumber.
func (l Line) show(c *Company) any {
	return map[string]any{
		"sid": l.sid, "account_sid": c.account, "api_version": "2010-04-01", "phone_number": l.Number, "friendly_name": l.Number,
		"sms_url": orNull(l.SMSURL), "sms_method": "POST", "sms_fallback_url": orNull(l.SMSFallbackURL), "sms_fallback_method": "POST",
		"voice_url": orNull(l.VoiceURL), "voice_method": "POST", "voice_fallback_url": orNull(l.VoiceFallbackURL), "voice_fallback_method": "POST",
		"status_callback": orNull(l.StatusURL), "status_callback_method": "POST", "status": "in-use", "origin": "twilio", "beta": false,
		"capabilities": map[string]bool{"voice": true, "sms": !l.VoiceOnly, "mms": !l.VoiceOnly, "fax": false},
		"uri":          c.uri("/IncomingPhoneNumbers/" + l.sid + ".json"), "type": "local", "voice_receive_mode": "voice", "voice_caller_id_lookup": false,
		"address_requirements": "none", "address_sid": nil, "bundle_sid": nil, "identity_sid": nil, "trunk_sid": nil, "sms_application_sid": nil,
		"voice_application_sid": nil, "emergency_status": "Inactive", "emergency_address_sid": nil, "emergency_address_status": "unregistered",
		"date_created": date(l.since), "date_updated": date(l.since),
	}
}

func (c *Company) listNumbers(r *http.Request) (reply, *apiError) {
	want := r.URL.Query().Get("PhoneNumber")
	found := slices.DeleteFunc(c.allLines(), func(l Line) bool { return !strings.Contains(l.Number, strings.Trim(want, "*")) })
	return page(r, "incoming_phone_numbers", found, func(l Line) string { return l.sid }, func(l Line) any { return l.show(c) })
}

func (c *Company) getNumber(r *http.Request) (reply, *apiError) {
	for _, l := range c.allLines() {
		if l.sid == sidOf(r, "sid") {
			return reply{json: l.show(c)}, nil
		}
	}
	return reply{}, notFound(r)
}

// updateNumber changes the URLs of a line. Methods other than POST are not sold here.
func (c *Company) updateNumber(r *http.Request) (reply, *apiError) {
	for name, values := range r.PostForm {
		if strings.HasSuffix(name, "Method") && values[0] != http.MethodPost {
			return reply{}, refusal400(20001, "%s is always POST here", name)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range c.lines {
		if l.sid != sidOf(r, "sid") {
			continue
		}
		for name, field := range map[string]*string{
			"SmsUrl": &l.SMSURL, "SmsFallbackUrl": &l.SMSFallbackURL, "VoiceUrl": &l.VoiceURL,
			"VoiceFallbackUrl": &l.VoiceFallbackURL, "StatusCallback": &l.StatusURL,
		} {
			if ref := r.PostForm.Get(name); ref != "" && !isAbsolute(ref) {
				return reply{}, refusal400(21502, "%s is not a valid URL", name)
			}
			if r.PostForm.Has(name) {
				*field = r.PostForm.Get(name)
			}
		}
		return reply{json: l.show(c)}, nil
	}
	return reply{}, notFound(r)
}
