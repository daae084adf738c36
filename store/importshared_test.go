package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"hotline/store"
)

// Whoever can import must not find out, by guessing numbers, who joined another assembly, nor rename them.
func TestAnImportKnowsNobodyOfAnotherAssembly(t *testing.T) {
	w := newWorld(t)
	here := w.assembly
	apart := must(w.AddAssembly(w.ctx, w.Pool, "Elsewhere", uuid.Nil, "UTC"))(t)
	w.assembly = apart
	w.line = must(w.AddLine(w.ctx, w.Pool, store.Line{AssemblyID: apart.ID, Number: "2125550199", Name: "Another", Languages: []string{"en"}}))(t)
	w.join(w.flyer(""), w.phone("2125550101"))
	w.importing(sheet + "Ben,2125550102,,,,,,\n")

	w.assembly = here
	sum := w.importing(sheet + "Rosa,2125550101,,,,,,\nBen,2125550102,,,,,,\nMona,2125550102,,,,,,\n")
	if len(sum.Added) != 3 || len(sum.Changed) != 0 {
		t.Errorf("the import tells %+v", sum)
	}
	// Ben is known here by now, and by this very file.
	if diff := cmp.Diff([]store.SharedPhone{{Line: 4, Name: "Mona", With: []string{"Ben"}}}, sum.Shared); diff != "" {
		t.Error(diff)
	}
	for _, m := range must(w.Members(w.ctx, w.Pool, apart.ID))(t) {
		if m.Name != store.NoName && m.Name != "Ben" {
			t.Errorf("a stranger elsewhere was named %s", m.Name)
		}
	}
}

// Somebody of an assembly who is imported into one below it stays one person: two would lock their phone out of the upper one's votes.
func TestAnImportBelowAddsNobodyTwice(t *testing.T) {
	w := newWorld(t)
	city := w.assembly
	phone := w.members("Rosa 2125550101")[0]
	w.assembly = must(w.AddAssembly(w.ctx, w.Pool, "Dock seven", city.ID, ""))(t)
	sum := w.importing(sheet + "Rosa,2125550101,,,,,,\n")
	if len(sum.Added) != 1 || len(sum.Changed)+len(sum.Shared) != 0 {
		t.Errorf("below, they are new: %+v", sum)
	}
	w.assembly = city
	if got := w.cast(w.open(), phone, 1); got != store.VoteCounted {
		t.Errorf("in the city's vote: %s", got)
	}
	dock := must(w.AddAssembly(w.ctx, w.Pool, "Dock eight", city.ID, ""))(t)
	w.assembly = dock
	w.join(must(w.AddFlyer(w.ctx, w.Pool, store.NewFlyer{Line: w.line, Assembly: dock.ID, Lang: "en"}))(t), w.phone("2125550102"))
	w.assembly = city
	sum = w.importing(sheet + "Ben,2125550102,,,,,,\n")
	if len(sum.Changed) != 1 || !cmp.Equal(sum.Changed[0].What, []string{"name", "member now"}) {
		t.Errorf("who joined an assembly below is known above: %+v", sum)
	}
}

func TestANameSpelledAnewIsTold(t *testing.T) {
	w := newWorld(t)
	w.members("Irma 2125550101", "Ben 2125550102")
	sum := w.importing(sheet + "Irma López,2125550101,,,,,,\nBen,2125550102,,,,,,\nCleo,2125550103,,,,,,\n")
	if diff := cmp.Diff([]store.SharedPhone{{Line: 2, Name: "Irma López", With: []string{"Irma"}}}, sum.Shared); diff != "" || len(sum.Added) != 2 {
		t.Errorf("%+v: %s", sum, diff)
	}
	if again := w.importing(sheet + "Irma López,2125550101,,,,,,\n"); len(again.Shared) != 0 || again.Unchanged != 1 {
		t.Errorf("told again: %+v", again)
	}
}
