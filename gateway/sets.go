package gateway

import (
	"context"
	"fmt"
	"sync"

	"hotline/flows"
	"hotline/store"
)

// flowSets knows the flow set that new conversations begin with, and brings older ones from Postgres for those begun before.
type flowSets struct {
	store   *store.Store
	current *flows.Set

	mu    sync.Mutex
	older map[string]*flows.Set
}

func newFlowSets(s *store.Store, current *flows.Set) *flowSets {
	return &flowSets{store: s, current: current, older: map[string]*flows.Set{}}
}

func (f *flowSets) keep(ctx context.Context) error {
	return f.store.KeepFlowSet(ctx, f.store.Pool, f.current.Hash(), f.current.Files())
}

// find returns the set of a hash. The empty hash, and one that is nowhere to be found, is the current set: found says which.
func (f *flowSets) find(ctx context.Context, q store.Querier, hash string) (set *flows.Set, found bool, err error) {
	if hash == "" || hash == f.current.Hash() {
		return f.current, true, nil
	}
	f.mu.Lock()
	set = f.older[hash]
	f.mu.Unlock()
	if set != nil {
		return set, true, nil
	}
	files, ok, err := f.store.FlowSet(ctx, q, hash)
	if err != nil {
		return nil, false, fmt.Errorf("reading a flow set: %w", err)
	}
	if !ok {
		return f.current, false, nil
	}
	set, err = flows.LoadFiles(files, vocabulary())
	if err != nil { // written for a program that knew other effects
		return f.current, false, nil
	}
	f.mu.Lock()
	f.older[hash] = set
	f.mu.Unlock()
	return set, true, nil
}

// known returns the set of a hash if it is in memory, else the current one: good enough to guess which facts a turn will want.
func (f *flowSets) known(hash string) *flows.Set {
	f.mu.Lock()
	defer f.mu.Unlock()
	if set := f.older[hash]; set != nil {
		return set
	}
	return f.current
}
