package twilio

import "testing"

// Each language is spoken by a voice of its own, by a locale and a name that fit; one that has none is read by the English voice.
func TestVoices(t *testing.T) {
	for lang, want := range map[string]string{"en": "en-US", "es": "es-MX", "fr": "fr-FR", "pt": "pt-BR", "vi": "vi-VN", "tl": "fil-PH", "zh": "cmn-CN", "ht": "", "quc": ""} {
		if v := voiceOf(lang); Speaks(lang) != (want != "") || want != "" && v.locale != want || want == "" && v != voiceOf("en") {
			t.Errorf("%s is spoken by %+v (%v)", lang, v, Speaks(lang))
		}
	}
}
