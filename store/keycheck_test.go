package store_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"hotline/store"
	"hotline/store/seal"
	"hotline/store/storetest"
)

func TestADatabaseKnowsItsKeyFile(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	ctx := t.Context()
	check := func(keys *seal.Keys) error { return store.CheckKeys(ctx, s.Pool, keys) }
	if err := check(s.Keys); err != nil {
		t.Fatalf("first use: %v", err)
	}
	if err := check(s.Keys); err != nil {
		t.Errorf("second use: %v", err)
	}
	err := check(seal.New())
	if err == nil || !strings.Contains(err.Error(), "fingerprint "+s.Keys.Checks()[0].Fingerprint()) {
		t.Errorf("another key file: %v", err)
	}
	more, err := s.Keys.WithNewVersion()
	if err != nil {
		t.Fatal(err)
	}
	if err := check(more); err != nil {
		t.Errorf("a version more: %v", err)
	}
	if err := check(s.Keys); err == nil || !strings.Contains(err.Error(), "with version 2, fingerprint ") {
		t.Errorf("the file without the new version: %v", err)
	}
}

func TestTwoKeyFilesAtOnceOnANewDatabase(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	errs := make([]error, 8)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = store.CheckKeys(context.WithoutCancel(t.Context()), s.Pool, seal.New()) })
	}
	all.Wait()
	accepted := 0
	for _, err := range errs {
		switch {
		case err == nil:
			accepted++
		case !strings.Contains(err.Error(), "set HOTLINE_KEYS to that file"):
			t.Error(err)
		}
	}
	if accepted != 1 {
		t.Errorf("%d different key files were accepted", accepted)
	}
}
