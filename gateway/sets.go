package gateway

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"hotline/flows"
	"hotline/store"
)

// flowSets knows the flow set that new conversations begin with, which may be changed at any time, and brings older ones from
// Postgres for those begun before. A turn asks once for the current one and stays with it.
type flowSets struct {
	store *store.Store
	now   atomic.Pointer[flows.Set]

	mu    sync.Mutex
	older []olderSet // the one used last stands first
}

// olderSet is a set that was looked for: itself, or why there is none.
type olderSet struct {
	hash string
	set  *flows.Set
	lost *lostSetError
}

// mostOlder is how many older sets stay in memory. Each deploy leaves one, and is over when its last talks have ended.
const mostOlder = 32

// lostSetError says why a talk cannot go on with the set it began with.
type lostSetError struct{ cause error }

func (l *lostSetError) Error() string { return l.cause.Error() }
func (l *lostSetError) Unwrap() error { return l.cause }

// errSetGone: nobody's program can go on with that set.
var errSetGone = errors.New("its flow set is gone")

func newFlowSets(s *store.Store, current *flows.Set) *flowSets {
	f := &flowSets{store: s}
	f.now.Store(current)
	return f
}

// current is the set that new conversations begin with.
func (f *flowSets) current() *flows.Set { return f.now.Load() }

func (f *flowSets) keep(ctx context.Context, set *flows.Set) error {
	return f.store.KeepFlowSet(ctx, f.store.Pool, set.Hash(), set.Files())
}

// use has new conversations begin with a set. It is kept first, so that whoever hears one of them next can go on with it.
func (f *flowSets) use(ctx context.Context, set *flows.Set) (changed bool, err error) {
	before := f.current()
	if set.Hash() == before.Hash() {
		return false, nil
	}
	if err := f.keep(ctx, set); err != nil {
		return false, err
	}
	f.remember(olderSet{hash: before.Hash(), set: before})
	f.now.Store(set)
	return true, nil
}

// find returns the older set of a hash. It fails with a lostSetError where this program cannot go on with it.
func (f *flowSets) find(ctx context.Context, q store.Querier, hash string) (*flows.Set, error) {
	had, ok := f.recall(hash)
	if !ok {
		files, kept, err := f.store.FlowSet(ctx, q, hash)
		if err != nil {
			return nil, err
		}
		if !kept {
			return nil, &lostSetError{errSetGone}
		}
		had = olderSet{hash: hash}
		if had.set, err = flows.Restore(files, vocabulary()); err != nil {
			had.lost = &lostSetError{err}
		}
		f.remember(had)
	}
	if had.lost != nil {
		return nil, had.lost
	}
	return had.set, nil
}

// of returns the set of a hash, which may be the current one.
func (f *flowSets) of(ctx context.Context, q store.Querier, current *flows.Set, hash string) (*flows.Set, error) {
	if hash == current.Hash() {
		return current, nil
	}
	return f.find(ctx, q, hash)
}

// recall finds a set in memory.
func (f *flowSets) recall(hash string) (olderSet, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.older, func(o olderSet) bool { return o.hash == hash })
	if i < 0 {
		return olderSet{}, false
	}
	had := f.older[i]
	copy(f.older[1:], f.older[:i])
	f.older[0] = had
	return had, true
}

// remember puts a set before the others, and drops the one not used for longest where they are too many.
func (f *flowSets) remember(o olderSet) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.older = slices.DeleteFunc(f.older, func(had olderSet) bool { return had.hash == o.hash })
	f.older = slices.Insert(f.older, 0, o)
	clear(f.older[min(mostOlder, len(f.older)):])
	f.older = f.older[:min(mostOlder, len(f.older))]
}

// known returns the set of a hash if it is in memory, else the current one: good enough to guess which facts a turn will want.
func (f *flowSets) known(current *flows.Set, hash string) *flows.Set {
	if hash == current.Hash() {
		return current
	}
	if had, ok := f.recall(hash); ok && had.set != nil {
		return had.set
	}
	return current
}

// callAfter is how long after its last turn a call is certainly over, though we were not told.
const callAfter = 4 * time.Hour

// unfinished looks at every set in whose flows conversations stand that may still go on: what this program cannot go on with comes
// back as a sentence each, and the rest is in memory afterwards.
func (f *flowSets) unfinished(ctx context.Context, now time.Time) (sentences []string, err error) {
	uses, err := f.store.FlowSetsInUse(ctx, f.store.Pool, now.Add(-lapseAfter), now.Add(-callAfter))
	if err != nil {
		return nil, err
	}
	for _, use := range slices.Backward(uses) { // so that the one heard last is remembered last
		_, err := f.find(ctx, f.store.Pool, use.Hash)
		var lost *lostSetError
		switch {
		case errors.Is(err, errSetGone): // to wait for them would help nobody: they begin anew when they are heard
		case errors.As(err, &lost):
			sentences = append(sentences, tellLost(use, lost))
		case err != nil:
			return nil, err
		}
	}
	return sentences, nil
}

// mostCauses is how many findings are told of a set that is lost.
const mostCauses = 5

func tellLost(use store.FlowSetUse, lost *lostSetError) string {
	at := func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }
	talks := "1 conversation stands"
	if use.Talks != 1 {
		talks = fmt.Sprintf("%d conversations stand", use.Talks)
	}
	causes := strings.Split(lost.Error(), "\n")
	if more := len(causes) - mostCauses; more > 0 {
		causes = append(causes[:mostCauses], fmt.Sprintf("and %d more", more))
	}
	return fmt.Sprintf("%s in flow set %.12s (last heard from %s to %s UTC), which this program lacks something for:\n    %s\n"+
		"  Run the program that knows it until they have ended. Who does not go on lapses %.0f hours after the last text, or %.0f after the last "+
		"key of a call: by %s UTC, if nobody goes on.",
		talks, use.Hash, at(use.First), at(use.Last), strings.Join(causes, "\n    "), lapseAfter.Hours(), callAfter.Hours(), at(use.Last.Add(lapseAfter)))
}

// Unfinished tells, in a sentence for each flow set, of conversations that could not be finished by this program, because it lacks
// an effect, an outcome or a fact of the set they began with. Start refuses while there are any.
func Unfinished(ctx context.Context, s *store.Store, now time.Time) ([]string, error) {
	return newFlowSets(s, nil).unfinished(ctx, now)
}
