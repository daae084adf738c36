package gateway

import "testing"

const helloFlow = `
starts: {en: [HI], es: [HOLA]}
steps:
  ready:
    ask: {en: "Ready?", es: "¿Listo?"}
    choices:
      go: {label: {en: go on, es: seguir}, then: hello}
  hello:
    say:
      text: {en: "Hello.", es: "Hola."}
      voice: {en: {play: hello.wav, say: "Hello, we are here."}, es: "Hola, aquí estamos."}
    then: end
`

const helloSound = "RIFF of a person"

func helloHouse(t *testing.T) *house {
	t.Helper()
	return newHouse(t, houseOptions{set: libraryWith(t, map[string]string{"hi.yaml": helloFlow, "sounds/hello.wav": helloSound}, vocabulary())})
}

// elsewhere is a process that was given the library alone, and knows the older set from Postgres.
func (h *house) elsewhere() *Gateway {
	h.t.Helper()
	given := h.set
	defer func() { h.set = given }()
	h.set = libraryWith(h.t, nil, vocabulary())
	return h.another("redis://" + h.mini.Addr())
}

// A recording of a flow set is served by every process.
func TestARecordingOfTheFlows(t *testing.T) {
	h := helloHouse(t)
	name := h.set.Files()["sounds/hello.wav"]
	second := h.elsewhere()
	for _, g := range []*Gateway{h.g, second, second} { // from memory, from Postgres, and from memory again
		if data, found, err := g.Sound(t.Context(), name); err != nil || !found || string(data) != helloSound {
			t.Errorf("served %q, %v, %v", data, found, err)
		}
	}
	if _, found, err := second.Sound(t.Context(), "ffffffffffffffffffffffffffffffff.wav"); found || err != nil {
		t.Errorf("served what nobody has: %v", err)
	}
}

func TestARecordingIsPlayedWhereItIsThereAndElseSpoken(t *testing.T) {
	for _, there := range []bool{true, false} {
		h := helloHouse(t)
		c := h.call(ana)
		c.lead("hi", "ready")
		h.g = h.elsewhere()
		if !there {
			exec(t, h.store.Pool, "delete from sounds")
		}
		if said := c.press("1"); said != "Hello, we are here." {
			t.Errorf("the words are %q", said)
		}
		if plays := c.last.Say[0].Play != ""; plays != there {
			t.Errorf("there: %v, and the caller hears %+v", there, c.last.Say)
		}
	}
}

// However often the flows are loaded again, the recordings of two sets are in memory; those of older ones come from Postgres.
func TestRecordingsOfOlderSetsAreNotHeldForEver(t *testing.T) {
	h := helloHouse(t)
	load := func(sound string) (name string) {
		set := libraryWith(t, map[string]string{"hi.yaml": helloFlow, "sounds/hello.wav": sound}, vocabulary())
		for range 2 { // the second changes nothing
			if _, err := h.g.UseFlows(t.Context(), set); err != nil {
				t.Fatal(err)
			}
		}
		return set.Files()["sounds/hello.wav"]
	}
	names := []string{load(helloSound)}
	for _, sound := range []string{"RIFF one", "RIFF two", "RIFF three"} {
		names = append(names, load(sound))
	}
	for i, held := range []bool{false, false, true, true} {
		if got := h.g.sounds.holds(names[i]) != nil; got != held {
			t.Errorf("recording %d is in memory: %v", i, got)
		}
	}
	if data, found, err := h.g.Sound(t.Context(), names[0]); err != nil || !found || string(data) != helloSound {
		t.Errorf("the oldest is served as %q, %v, %v", data, found, err)
	}
}
