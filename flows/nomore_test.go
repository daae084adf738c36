package flows

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestNoMoreTextsInEachLanguage: who writes that they want no more texts is understood in all of the library's languages, with their marks
// or without, alone or among other things; who tells of such things, wants something else stopped, or quotes others, is not. (WORKERS.md,
// stopping: "STOP the line in hall B" is a report)
func TestNoMoreTextsInEachLanguage(t *testing.T) {
	s := eight(t)
	for lang, c := range map[Lang]struct{ alone, inside, other []string }{
		"en": {
			alone: []string{"please stop texting me", "STOP.", "Stop!!", "stop please", "Please STOP", "opt out", "Don't text me anymore", "no more texts, thanks",
				"take me off your list please", "leave me alone", "UNSUBSCRIBE me pls", "stop texting"},
			inside: []string{"I told you to stop texting me", "the lift in hall B is broken, and please STOP texting me", "Don't text me again, my sister reads this phone",
				"I said stop texting me, the boss sees it", "I want you to stop texting me at work", "the boss said the lift is fine. Stop texting me",
				"My manager is watching do not text me", "why won't you stop texting me all day", "how do I get you to stop texting me",
				"can't you stop texting me at night"},
			other: []string{"STOP the line in hall B", "stop the line, it is not safe", "the boss said do not text me", "he told us: we must not stop", "they text us at night",
				"the supervisor won't stop texting me", "my boss doesn't stop texting me at night", "she told me to stop texting her about shifts",
				"they will not leave me alone", "please make them stop the night shift", "the boss stops the line at noon", "they want to remove me from the shift",
				"thanks", "no", "we should not stop", "take me off the night shift", "do not text while you drive the forklift",
				"we want no more messages from the boss at night"},
		},
		"es": {
			alone: []string{"no me escriban", "Ya no quiero mensajes, gracias", "por favor dejen de escribirme", "ya basta", "¡Alto!", "BAJA", "déjenme en paz",
				"no me manden más mensajes por favor", "quítenme de la lista"},
			inside: []string{"el elevador no sirve. Ya no me escriban más por favor", "les dije que no me escriban, mi hermana lee esto", "no me escriban, el jefe mira este celular"},
			other: []string{"no paren la línea", "paren la línea en el pasillo B", "el jefe dijo que no me escriban", "el supervisor dice no me manden mensajes aquí",
				"nos escriben de noche", "no me manden a limpiar solo", "quieren que paren las máquinas", "no quiero trabajar de noche", "gracias, hasta mañana"},
		},
		"fr": {
			alone:  []string{"Bonjour, ne m’écrivez plus svp", "arrêtez de m'écrire", "STOP s'il vous plaît", "laissez-moi tranquille", "plus de textos merci"},
			inside: []string{"l'ascenseur est en panne et ne m'écrivez plus", "j'ai dit ne m'écrivez plus, ma soeur lit"},
			other:  []string{"merci, à demain", "arrêtez la chaîne, c'est dangereux", "le chef a dit ne m'écrivez plus", "il n'arrête pas de crier", "on nous écrit la nuit"},
		},
		"ht": {
			alone:  []string{"tanpri pa ekri m ankò", "sispann voye mesaj", "retire m nan lis", "kite m trankil"},
			inside: []string{"asansè a kraze, tanpri pa ekri m ankò", "mwen di pa ekri m ankò paske bòs la wè l"},
			other:  []string{"bòs la pa kite m anrepo", "bòs la di pa ekri m ankò", "sispann liy nan, li danjere", "yo ekri nou lannwit"},
		},
		"pt": {
			alone:  []string{"Por favor nao me mandem mais nada", "pare de me escrever", "me tire da lista", "chega de mensagens, obrigada"},
			inside: []string{"o elevador quebrou, não me mandem mais mensagens", "eu disse não me escrevam, o chefe vê"},
			other:  []string{"o chefe manda mensagem toda noite", "parem a linha no galpão B", "o chefe disse que não me mandem mensagens", "não me mandem limpar sozinho"},
		},
		"vi": {
			alone:  []string{"xin dung nhan tin cho toi nua", "Đừng nhắn tin nữa", "làm ơn ngừng nhắn tin cho tôi", "xóa tôi khỏi danh sách"},
			inside: []string{"thang máy hỏng rồi, đừng nhắn tin cho tôi nữa", "tôi đã nói đừng nhắn tin cho tôi vì sếp xem máy"},
			other:  []string{"ông chủ nhắn tin cho tôi mỗi đêm", "dừng dây chuyền ở nhà B", "sếp nói đừng nhắn tin cho tôi", "họ không cho nghỉ"},
		},
		"tl": {
			alone:  []string{"Wag nyo na akong i-text please", "tigilan ninyo ang pag-text", "ayoko na ng text, salamat", "itigil na po"},
			inside: []string{"sira ang elevator, huwag na ninyo akong i-text", "sabi ko wag niyo na akong i-text, nakikita ng amo"},
			other:  []string{"nagte-text ang amo gabi-gabi", "itigil ang linya sa hall B", "sabi ng amo huwag nyo akong i-text", "ayaw nila kaming pauwiin"},
		},
		"zh": {
			alone:  []string{"你好，请不要再给我发短信了", "停止", "别再发短信给我", "退订，谢谢", "别打扰我"},
			inside: []string{"电梯坏了，请不要再发短信给我", "我说了不要再给我发短信，老板会看到"},
			other:  []string{"老板每天晚上给我发短信", "停止B厅的生产线", "老板说不要再给我发短信", "他们不让我们休息"},
		},
	} {
		for _, text := range slices.Concat(c.alone, c.inside) {
			if w := s.WantsNoMore(text); !w.Said || w.Alone != slices.Contains(c.alone, text) {
				t.Errorf("%s: %q is taken so: %+v", lang, text, w)
			}
		}
		for _, text := range c.other {
			if w := s.WantsNoMore(text); w.Said {
				t.Errorf("%s: %q is taken for a wish for no more texts", lang, text)
			}
		}
	}
	if w := s.WantsNoMore("tanpri pa ekri m ankò"); w.Lang != "ht" {
		t.Errorf("Kreyòl is taken for %q", w.Lang)
	}
}

// TestNoMoreTextsReadsAnything: whatever is written comes to an end, and what says only that says it.
func TestNoMoreTextsReadsAnything(t *testing.T) {
	s := eight(t)
	var bits []string
	for _, g := range s.languages {
		bits = slices.Concat(bits, g.stops, g.stopsAlone, g.othersStop, g.ownStops, g.stopsWith, []string{"lift", ".", ", ", "电梯", "\xff", "the boss"})
	}
	rapid.Check(t, func(t *rapid.T) {
		text := ""
		for _, bit := range rapid.SliceOfN(rapid.SampledFrom(bits), 0, 12).Draw(t, "bits") {
			text += bit + rapid.SampledFrom([]string{" ", "", "\n"}).Draw(t, "between")
		}
		if w := s.WantsNoMore(text); w.Alone && !w.Said || w.Said && w.Lang == "" {
			t.Fatalf("%q is taken so: %+v", text, w)
		}
	})
	for _, g := range s.languages {
		for _, phrase := range slices.Concat(g.stops, g.stopsAlone) {
			if _, starts := s.commands.starts[fold(phrase)]; starts {
				continue
			}
			if w := s.WantsNoMore(phrase); !w.Said || !w.Alone {
				t.Errorf("%s: %q alone is taken so: %+v", g.lang, phrase, w)
			}
		}
	}
}
