package flows

import "testing"

// TestNoMoreTextsInAnyLanguage: who writes among other things that they want no more texts is understood in all of the library's
// languages, with their marks or without; who only tells of such things, or says thanks, is not.
func TestNoMoreTextsInAnyLanguage(t *testing.T) {
	s := eight(t)
	for _, told := range []string{
		"please stop texting me", "Ya no quiero mensajes, gracias", "Bonjour, ne m’écrivez plus svp", "tanpri pa ekri m ankò",
		"Por favor nao me mandem mais nada", "xin dung nhan tin cho toi nua", "Wag nyo na akong i-text please", "你好，请不要再给我发短信了",
	} {
		if !s.WantsNoMore(told) {
			t.Errorf("%q is not understood", told)
		}
	}
	for _, told := range []string{
		"the boss stops the line at noon", "merci, à demain", "bòs la pa kite m anrepo", "o chefe manda mensagem toda noite",
		"ông chủ nhắn tin cho tôi mỗi đêm", "nagte-text ang amo gabi-gabi", "老板每天晚上给我发短信",
	} {
		if s.WantsNoMore(told) {
			t.Errorf("%q is taken for a wish for no more texts", told)
		}
	}
}
