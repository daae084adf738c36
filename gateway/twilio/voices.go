package twilio

// voice is how Say speaks a language: a locale and a voice, both by the names that Twilio publishes ("Text-to-Speech: available
// voices"). The two must fit, or nothing is said. Each is a calm adult voice; where there are several, the one that other carriers
// know as well.
type voice struct{ locale, name string }

// voiceOf takes a BCP 47 primary tag. Languages that no voice speaks (Haitian Creole, K'iche', Mam) and unknown ones are read by
// the English voice: a wrong accent is understood better than a call that breaks off. They are for recordings of people.
func voiceOf(lang string) voice {
	if v, ok := ownVoice(lang); ok {
		return v
	}
	v, _ := ownVoice("en")
	return v
}

// Speaks tells whether the carrier has a voice for a language.
func Speaks(lang string) bool {
	_, ok := ownVoice(lang)
	return ok
}

// ownVoice is the voice of a language, if there is one. French and Portuguese are those of France and Brazil: of each the carrier has
// voices for more than one country, and these are the ones that most people here understand.
func ownVoice(lang string) (voice, bool) {
	switch lang {
	case "en":
		return voice{"en-US", "Polly.Joanna-Neural"}, true
	case "es":
		return voice{"es-MX", "Polly.Mia-Neural"}, true
	case "fr":
		return voice{"fr-FR", "Polly.Lea-Neural"}, true
	case "pt":
		return voice{"pt-BR", "Polly.Camila-Neural"}, true
	case "zh":
		return voice{"cmn-CN", "Polly.Zhiyu-Neural"}, true
	case "vi":
		return voice{"vi-VN", "Google.vi-VN-Standard-A"}, true
	case "fil", "tl":
		return voice{"fil-PH", "Google.fil-PH-Standard-A"}, true
	}
	return voice{}, false
}
