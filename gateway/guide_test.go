package gateway

import (
	"strings"
	"testing"

	"hotline/flows"
)

// The guides of the seed: short pages by text, a segment or two each, read on by themselves on a call; a group's own takes the place of ours.
func TestGuides(t *testing.T) {
	h := newHouse(t, houseOptions{set: libraryWith(t, map[string]string{"guide_start.yaml": `steps:
  page: {say: {en: "Come to the hall on Sundays.", es: "Venga al local los domingos."}, then: end}
`}, vocabulary())})
	h.says(ana, "GUIDE", "1 What an assembly is\n2 How to start where you work\n3 How to hold a meeting")
	pages := 1
	for said := h.text(ana, "1"); strings.Contains(said, "1 Next page"); pages++ {
		if n, _, _ := flows.Segments(said); n > 2 {
			t.Errorf("a page takes %d segments: %q", n, said)
		}
		said = h.text(ana, "1")
	}
	if pages != 5 {
		t.Errorf("%d pages", pages)
	}
	h.says(ben, "guía", "Lo esencial")
	h.says(ben, "2", "Venga al local los domingos.")

	c := h.call(ana)
	c.lead("guide", "guides")
	heard := c.press("3")
	for n := 1; !c.ended(); n++ {
		if n > 6 {
			t.Fatalf("a caller who only listens is still asked: %q", heard)
		}
		heard = c.silence()
	}
	if !strings.Contains(heard, "Goodbye.") {
		t.Errorf("it ends with %q", heard)
	}
}
