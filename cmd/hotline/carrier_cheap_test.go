package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"hotline/gateway/simulator"
)

// cheapCarrier is a phone company that does next to nothing, in a process of its own, so that what is measured is the hotline: it takes each text
// after a while, remembers its number and nothing more, and tells twice of it. The pretend phone company keeps books, which costs as much as the
// hotline does.
type cheapCarrier struct {
	token   string
	latency time.Duration
	tells   []string // statuses that are told of each
	told    chan toTell
	client  *http.Client

	mu    sync.Mutex
	count cheapCount
	seen  map[uint64]bool
}

// cheapCount is what it has done. Times are milliseconds of Unix time.
type cheapCount struct {
	Asked, Twice, Told, Failed int
	First, Last, LastTold      int64
	Seconds                    map[int64]int // how many were asked for in each
}

type toTell struct {
	callback string
	form     url.Values
}

// runCheapCarrier serves until its input ends, and prints its address first.
func runCheapCarrier() int {
	latency, err := time.ParseDuration(os.Getenv("CHEAP_LATENCY"))
	if err != nil {
		panic(err)
	}
	c := &cheapCarrier{
		token: "secret", latency: latency, tells: strings.Fields(os.Getenv("CHEAP_TELLS")), told: make(chan toTell, 1<<20), seen: map[uint64]bool{},
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}, Timeout: 15 * time.Second},
		count:  cheapCount{Seconds: map[int64]int{}},
	}
	for range 128 {
		go c.tell()
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(l.Addr())
	go http.Serve(l, c)
	io.Copy(io.Discard, os.Stdin)
	return 0
}

func (c *cheapCarrier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	if r.URL.Path == "/count" {
		c.mu.Lock()
		defer c.mu.Unlock()
		json.NewEncoder(w).Encode(c.count)
		return
	}
	if r.Method != http.MethodPost { // of its lists all are empty
		fmt.Fprint(w, `{"messages": [], "next_page_uri": null}`)
		return
	}
	body, err := io.ReadAll(r.Body)
	form, err2 := url.ParseQuery(string(body))
	to, err3 := strconv.ParseUint(strings.TrimPrefix(form.Get("To"), "+"), 10, 64)
	if err != nil || err2 != nil || err3 != nil || !strings.HasSuffix(r.URL.Path, "/Messages.json") {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	c.count.Asked++
	if c.seen[to] {
		c.count.Twice++
	}
	c.seen[to] = true
	if c.count.First == 0 {
		c.count.First = began.UnixMilli()
	}
	c.count.Last = began.UnixMilli()
	c.count.Seconds[began.Unix()]++
	sid := fmt.Sprintf("SM%032x", c.count.Asked)
	c.mu.Unlock()
	time.Sleep(c.latency - time.Since(began))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	fmt.Fprintf(w, `{"sid": %q, "account_sid": %q, "api_version": "2010-04-01", "messaging_service_sid": null, "from": %q, "to": %q, "body": %q, `+
		`"direction": "outbound-api", "status": "queued", "num_media": "0", "num_segments": "1", "error_code": null, "error_message": null, "price": null, `+
		`"price_unit": "USD", "date_created": "Mon, 23 Nov 2026 17:00:00 +0000", "date_sent": null, "date_updated": "Mon, 23 Nov 2026 17:00:00 +0000", `+
		`"uri": "/2010-04-01/Accounts/%s/Messages/%s.json", "subresource_uris": {"media": "/x"}}`, sid, demoAccount, form.Get("From"), form.Get("To"), form.Get("Body"), demoAccount, sid)
	for _, status := range c.tells {
		c.told <- toTell{form.Get("StatusCallback"), url.Values{
			"AccountSid": {demoAccount}, "ApiVersion": {"2010-04-01"}, "From": {form.Get("From")}, "To": {form.Get("To")},
			"MessageSid": {sid}, "SmsSid": {sid}, "MessageStatus": {status}, "SmsStatus": {status},
		}}
	}
}

func (c *cheapCarrier) tell() {
	for one := range c.told {
		to, _, _ := strings.Cut(one.callback, "#")
		req, err := http.NewRequest(http.MethodPost, to, strings.NewReader(one.form.Encode()))
		if err != nil {
			panic(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("X-Twilio-Signature", simulator.Sign(c.token, to, one.form))
		res, err := c.client.Do(req)
		ok := err == nil && res.StatusCode == http.StatusNoContent
		if err == nil {
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
		}
		c.mu.Lock()
		if c.count.Told++; !ok {
			c.count.Failed++
		}
		c.count.LastTold = time.Now().UnixMilli()
		c.mu.Unlock()
	}
}
