package conversation

import (
	"context"
	"fmt"
	"time"
)

// Calls are begun at two paces: that of their line, and that of the account, which all lines and processes share. What somebody waits for is never
// held up; it is owed, and notices wait for longer. The buckets are those of texts (pace.go), under names of their own.

// callsName is the account's bucket.
const callsName = "hotline:{calls}"

// TakeCalls takes up to want calls of an account that begins pace a second, as TakePace does.
func (s *Store) TakeCalls(ctx context.Context, pace, want int) (granted int, wait time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	got, err := takePace.Run(ctx, s.redis, []string{callsName}, pace, mostTokens(pace), want, 0).Int64Slice()
	if err != nil {
		return 0, 0, err
	}
	if len(got) != 2 {
		return 0, 0, fmt.Errorf("a bucket answered with %d numbers", len(got))
	}
	return int(got[0]), time.Duration(got[1]) * time.Millisecond, nil
}

// OweCalls takes calls that are placed in any case, or gives back what was not used.
func (s *Store) OweCalls(ctx context.Context, pace, calls int) error {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	return takePace.Run(ctx, s.redis, []string{callsName}, pace, mostTokens(pace), calls, 1).Err()
}
