package conversation

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

// A line sends so many segments a second, whoever sends them: a bucket of tokens in Redis, which all processes draw from by its clock. What is
// answered is never held up; it is owed, and whatever can wait waits for longer. A bucket that is lost begins empty, not full.

// takePace takes tokens, and tells in how many milliseconds the first of them may be used (less than 0: there were some to spare), or, where it
// takes none, in how many to ask again. Up to so many may be taken ahead of time. It takes no fewer than the least, nor than all that there
// could ever be. What is owed is taken in any case, for up to a minute ahead.
var takePace = redis.NewScript(`
local t = redis.call('TIME')
local now = t[1] * 1000 + t[2] / 1000
local rate, most, want, ahead, least, owed = tonumber(ARGV[1]) / 1000, tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6] == '1'
local had = redis.call('HMGET', KEYS[1], 'at', 'n')
local n = 0
if had[1] then n = math.min(most, tonumber(had[2]) + math.max(0, now - tonumber(had[1])) * rate) end
local take, wait = 0, 0
if owed then
	take = math.min(want, n + rate * 60000)
elseif n + ahead >= math.min(least, most + ahead) then
	take, wait = math.max(least, math.min(want, math.floor(n + ahead))), -n / rate
else
	wait = (math.min(least, most + ahead) - n - ahead) / rate
end
n = n - take
redis.call('HSET', KEYS[1], 'at', string.format('%.3f', now), 'n', string.format('%.6f', n))
redis.call('PEXPIRE', KEYS[1], 120000)
return {string.format('%.6f', take), string.format('%.3f', wait)}`)

// burst is for how long a line may catch up: so much of its pace, and at least one segment. In any ten seconds it sends no more than its pace
// and this.
const burst = 150 * time.Millisecond

// Want is what somebody wants of a line's bucket.
type Want struct {
	Pace  int // of the line, segments a second
	Most  int // segments, at the most
	Least int // fewer are of no use
	Ahead time.Duration
}

// Granted is what a bucket gave.
type Granted struct {
	Segments int           // 0: none
	In       time.Duration // until the first of them may go, and the others after it at the line's pace; of none, when to ask again
}

// TakePace takes segments, as many as there are and as may be taken ahead of time.
func (s *Store) TakePace(ctx context.Context, line uuid.UUID, w Want) (Granted, error) {
	ahead := int(float64(w.Pace) * w.Ahead.Seconds())
	segments, wait, err := s.pace(ctx, line, w.Pace, w.Most, ahead, max(1, w.Least), 0)
	return Granted{int(segments), wait}, err
}

// OwePace takes segments that have gone out already; less than 0 gives back what was not used.
func (s *Store) OwePace(ctx context.Context, line uuid.UUID, pace, segments int) error {
	_, _, err := s.pace(ctx, line, pace, segments, 0, 0, 1)
	return err
}

func (s *Store) pace(ctx context.Context, line uuid.UUID, pace, want, ahead, least, owed int) (segments float64, wait time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	got, err := takePace.Run(ctx, s.redis, []string{paceName(line)}, pace, mostTokens(pace), want, ahead, least, owed).Float64Slice()
	if err != nil {
		return 0, 0, err
	}
	if len(got) != 2 {
		return 0, 0, fmt.Errorf("a bucket answered with %d numbers", len(got))
	}
	return got[0], time.Duration(got[1] * float64(time.Millisecond)), nil
}

func mostTokens(pace int) int { return max(1, int(float64(pace)*burst.Seconds())) }

func paceName(line uuid.UUID) string { return "hotline:{pace " + hex.EncodeToString(line[:]) + "}" }
