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

// takePace takes as many tokens as there are, up to what is wanted, or tells in how many milliseconds there is one. What is owed is
// taken in any case, for up to a minute ahead.
var takePace = redis.NewScript(`
local t = redis.call('TIME')
local now = t[1] * 1000 + t[2] / 1000
local rate, most, want, owed = tonumber(ARGV[1]) / 1000, tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1'
local had = redis.call('HMGET', KEYS[1], 'at', 'n')
local n = 0
if had[1] then n = math.min(most, tonumber(had[2]) + math.max(0, now - tonumber(had[1])) * rate) end
local take = want
if owed then
	take = math.min(want, n + rate * 60000)
elseif n < want then
	take = math.max(0, math.floor(n))
end
n = n - take
redis.call('HSET', KEYS[1], 'at', string.format('%.3f', now), 'n', string.format('%.6f', n))
redis.call('PEXPIRE', KEYS[1], 120000)
local wait = 0
if take < 1 then wait = math.ceil((1 - n) / rate) end
return {take, wait}`)

// burst is for how long a line may catch up: so much of its pace, and at least one segment.
const burst = 200 * time.Millisecond

// TakePace takes up to want segments of a line that sends pace a second. It gives how many, and where that is none, when to ask again.
func (s *Store) TakePace(ctx context.Context, line uuid.UUID, pace, want int) (granted int, wait time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	got, err := takePace.Run(ctx, s.redis, []string{paceName(line)}, pace, mostTokens(pace), want, 0).Int64Slice()
	if err != nil {
		return 0, 0, err
	}
	if len(got) != 2 {
		return 0, 0, fmt.Errorf("a bucket answered with %d numbers", len(got))
	}
	return int(got[0]), time.Duration(got[1]) * time.Millisecond, nil
}

// OwePace takes segments that have gone out already.
func (s *Store) OwePace(ctx context.Context, line uuid.UUID, pace, segments int) error {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	return takePace.Run(ctx, s.redis, []string{paceName(line)}, pace, mostTokens(pace), segments, 1).Err()
}

func mostTokens(pace int) int { return max(1, int(float64(pace)*burst.Seconds())) }

func paceName(line uuid.UUID) string { return "hotline:{pace " + hex.EncodeToString(line[:]) + "}" }
