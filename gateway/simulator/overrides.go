package simulator

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// overrides are the settings a webhook URL carries in its fragment.
// Source: Twilio's "Webhooks: Connection Overrides".
type overrides struct {
	connect time.Duration // ct: to establish the connection, 100 to 10,000 ms
	read    time.Duration // rt: to the answer's first byte, and between packets, 100 to 15,000 ms
	total   time.Duration // tt: for everything, retries included, 100 to 15,000 ms
	retries int           // rc: 0 to 5
	policy  []string      // rp: on which failures: ct, rt, 4xx, 5xx, all
}

// parseOverrides reads them from a URL. What is missing has its default; what is not
// understood is an error of code 11100, since a mistyped fragment must not pass unseen.
func parseOverrides(raw string) (overrides, *Problem) {
	o := overrides{connect: 5 * time.Second, read: 15 * time.Second, total: 15 * time.Second, retries: 1, policy: []string{"ct"}}
	_, fragment, found := strings.Cut(raw, "#")
	if !found || fragment == "" {
		return o, nil
	}
	values, err := url.ParseQuery(fragment)
	if err != nil {
		return o, problem(11100, "the fragment of the webhook URL cannot be read")
	}
	for name, v := range values {
		if bad := o.set(name, v[len(v)-1]); bad {
			return o, problem(11100, "connection override %s=%s is not known", name, v[len(v)-1])
		}
	}
	return o, nil
}

func (o *overrides) set(name, value string) (bad bool) {
	switch name {
	case "ct":
		return setMillis(&o.connect, value, 10_000)
	case "rt":
		return setMillis(&o.read, value, 15_000)
	case "tt":
		return setMillis(&o.total, value, 15_000)
	case "rc":
		n, err := strconv.Atoi(value)
		o.retries = n
		return err != nil || n < 0 || n > 5
	case "rp":
		o.policy = strings.Split(value, ",")
		return slices.ContainsFunc(o.policy, func(p string) bool {
			return !slices.Contains([]string{"ct", "rt", "4xx", "5xx", "all"}, p)
		})
	case "e", "sni": // edge location and TLS name: nothing to choose from here
		return false
	}
	return true
}

func setMillis(d *time.Duration, value string, most int) (bad bool) {
	n, err := strconv.Atoi(value)
	*d = time.Duration(n) * time.Millisecond
	return err != nil || n < 100 || n > most
}

// retry tells whether a failure is one the URL's owner wants tried again.
func (o overrides) retry(failure string) bool {
	return failure != "" && (slices.Contains(o.policy, "all") || slices.Contains(o.policy, failure))
}
