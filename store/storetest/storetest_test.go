package storetest_test

import (
	"testing"

	"github.com/google/uuid"

	"hotline/store/storetest"
)

func TestEachTestHasADatabaseOfItsOwn(t *testing.T) {
	var gone string
	t.Run("one", func(t *testing.T) {
		a, b := storetest.New(t), storetest.New(t)
		if _, err := a.AddAssembly(t.Context(), a.Pool, "Dock workers", uuid.Nil, "UTC"); err != nil {
			t.Fatal(err)
		}
		if all, err := b.Assemblies(t.Context(), b.Pool); err != nil || len(all) != 0 {
			t.Errorf("another database holds %v, %v", all, err)
		}
		gone = a.Pool.Config().ConnString()
	})
	s := storetest.Open(t, gone, storetest.Keys(t))
	if err := s.Pool.Ping(t.Context()); err == nil {
		t.Error("the database is still there after its test")
	}
}

func TestAServerOfItsOwnCanBeStopped(t *testing.T) {
	p := storetest.Postgres(t)
	s := storetest.Open(t, p.URL(storetest.Database), storetest.Keys(t))
	if all, err := s.Assemblies(t.Context(), s.Pool); err != nil || len(all) != 0 {
		t.Errorf("it holds %v, %v", all, err)
	}
	if err := p.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Pool.Reset()
	if err := s.Pool.Ping(t.Context()); err != nil {
		t.Errorf("after a restart: %v", err)
	}
}
