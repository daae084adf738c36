package twilio

// voice is how Say speaks a language: a locale and a voice, both by the names that Twilio publishes ("Text-to-Speech: available
// voices"). The two must fit, or nothing is said. Each is a calm adult voice; where there are several, the one that other carriers
// know as well.
type voice struct{ locale, name string }

// voiceOf takes a BCP 47 primary tag. Languages that no voice speaks (Haitian Creole, K'iche', Mam) and unknown ones are read by
// the English voice: a wrong accent is understood better than a call that breaks off. They are for recordings of people.
func voiceOf(lang string) voice {
	switch lang {
	case "es":
		return voice{"es-MX", "Polly.Mia-Neural"}
	case "fr":
		return voice{"fr-FR", "Polly.Lea-Neural"}
	case "pt":
		return voice{"pt-BR", "Polly.Camila-Neural"}
	case "zh":
		return voice{"cmn-CN", "Polly.Zhiyu-Neural"}
	case "vi":
		return voice{"vi-VN", "Google.vi-VN-Standard-A"}
	case "fil", "tl":
		return voice{"fil-PH", "Google.fil-PH-Standard-A"}
	}
	return voice{"en-US", "Polly.Joanna-Neural"}
}
