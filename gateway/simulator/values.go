package simulator

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// check says which values an attribute takes.
type check struct {
	ok    func(string) bool
	want  string // in words, for the error log
	fault int    // Twilio's code; 0 is 12200
}

func (c check) code() int {
	if c.fault == 0 {
		return 12200
	}
	return c.fault
}

var (
	anything       = check{ok: func(string) bool { return true }}
	boolean        = oneOf("true", "false")
	httpMethod     = oneOf("GET", "POST")
	urlRef         = check{ok: isURLRef, want: "a URL"}
	count          = check{ok: atLeast(0), want: "a number from 0"}
	positive       = check{ok: atLeast(1), want: "a number from 1"}
	positiveOrAuto = check{ok: func(v string) bool { return v == "auto" || atLeast(1)(v) }, want: "a number from 1, or auto"}
	phoneNumber    = check{ok: e164.MatchString, want: "a phone number in E.164"}
	inputKinds     = oneOf("dtmf", "speech", "dtmf speech", "speech dtmf")
	gatherKeys     = check{ok: matches(`^[0-9*#]*$`), want: "keys of 0123456789*#, or nothing", fault: 13310}
	recordKeys     = check{ok: matches(`^[0-9*#]*$`), want: "keys of 0123456789*#, or nothing", fault: 13613}
	toneDigits     = check{ok: matches(`^[0-9wWA-D*#]+$`), want: "keys and pauses (w)"}
	languageTag    = check{ok: matches(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`), want: "a language tag"}
	voiceName      = check{ok: matches(`^(man|woman|alice|(Polly|Google)\.[A-Za-z0-9-]+)$`), want: "man, woman, alice, Polly.… or Google.…"}
	sayLanguage    = check{ok: func(v string) bool { return slices.Contains(sayLanguages, v) }, want: "a language that Say speaks"}
	callEvents     = someOf("initiated", "ringing", "answered", "completed")
	ringTone       = oneOf("automatic", "at", "au", "bg", "br", "be", "ch", "cl", "cn", "cz", "de", "dk", "ee", "es", "fi", "fr", "gr", "hu", "il", "in",
		"it", "lt", "jp", "mx", "my", "nl", "no", "nz", "ph", "pl", "pt", "ru", "se", "sg", "th", "uk", "us", "us-old", "tw", "ve", "za")
)

// sayLanguages are the locales with a voice of Amazon or Google, and the five that the
// oldest voices know. There is none for Haitian Creole, K'iche' or Mam.
var sayLanguages = strings.Fields(`en es fr de it en-gb
	af-ZA ar-AE ar-XA arb bg-BG bn-IN ca-ES cmn-CN cmn-TW cs-CZ cy-GB da-DK de-AT de-CH de-DE el-GR
	en-AU en-CA en-GB en-GB-WLS en-IE en-IN en-NZ en-SG en-US en-ZA es-ES es-MX es-US et-EE eu-ES fi-FI fil-PH
	fr-BE fr-CA fr-CH fr-FR gl-ES gu-IN he-IL hi-IN hr-HR hu-HU id-ID is-IS it-IT ja-JP kn-IN ko-KR lt-LT lv-LV
	ml-IN mr-IN ms-MY nb-NO nl-BE nl-NL pa-IN pl-PL pt-BR pt-PT ro-RO ru-RU sk-SK sl-SI sr-RS sv-SE sw-KE ta-IN te-IN
	th-TH tr-TR uk-UA ur-IN vi-VN yue-CN yue-HK zh-CN zh-HK zh-TW`)

func oneOf(values ...string) check {
	return check{
		ok:   func(v string) bool { return slices.Contains(values, v) },
		want: strings.Join(values, ", "),
	}
}

// someOf takes a list of the values, parted by spaces or commas.
func someOf(values ...string) check {
	return check{
		ok: func(v string) bool {
			words := splitList(v)
			return len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(values, w) })
		},
		want: "some of " + strings.Join(values, ", "),
	}
}

func splitList(v string) []string {
	return strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == ',' })
}

func atLeast(least int) func(string) bool {
	return func(v string) bool {
		n, err := strconv.Atoi(v)
		return err == nil && n >= least && n <= 100_000
	}
}

func matches(pattern string) func(string) bool { return regexp.MustCompile(pattern).MatchString }

// isURLRef takes absolute http(s) URLs and relative ones, but not an empty one.
func isURLRef(v string) bool {
	u, err := url.Parse(v)
	return err == nil && v != "" && !strings.ContainsAny(v, " \t\r\n") && (u.Scheme == "" || u.Scheme == "http" || u.Scheme == "https")
}

// resolve makes a URL of a document absolute, keeping its fragment.
func resolve(base, ref string) string {
	b, err := url.Parse(base)
	if err != nil {
		return ref
	}
	u, err := b.Parse(strings.TrimSpace(ref))
	if err != nil {
		return ref
	}
	return u.String()
}
