package simulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"hotline/gateway/simulator"
)

// browser is a headless Chromium, started once for the package by the first test that opens the page.
var browser = sync.OnceValues(func() (context.Context, error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, errors.New("the page of phones is tested in a real browser: apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path),
		chromedp.NoSandbox) // as root it wants no sandbox, and it sees no page but ours
	ctx, _ := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ = chromedp.NewContext(ctx)
	started = ctx
	return ctx, chromedp.Do(ctx)
})

// started is the browser that closeBrowser ends.
var started context.Context

func closeBrowser() {
	if started != nil {
		if err := chromedp.Cancel(started); err != nil {
			fmt.Println("the browser did not end as it should:", err)
		}
	}
}

// reader is somebody in front of the page.
type reader struct {
	*town
	tab context.Context

	mu    sync.Mutex
	wrong []string // what the console complained of, and what was fetched from elsewhere
}

// open opens the page in a browser that remembers nothing, where calls wait for the reader.
func (tw *town) open(width int64) *reader {
	tw.Helper()
	root, err := browser()
	tw.must(err)
	tab, cancel := chromedp.NewContext(root, chromedp.WithNewBrowserContext())
	tw.Cleanup(cancel)
	r := &reader{town: tw, tab: tab}
	tw.must(chromedp.Do(tab, chromedp.EmulateViewport(width, 900)))
	messages := chromedp.Console(tab)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			r.complain("console: %v", m)
		}
	}()
	requests := chromedp.Events(tab, network.RequestWillBeSent)
	go func() {
		for e, err := range requests {
			if err != nil {
				return
			}
			if !strings.HasPrefix(e.Request.URL, tw.server.URL+"/") && !strings.HasPrefix(e.Request.URL, "data:") {
				r.complain("fetched from elsewhere: %s", e.Request.URL)
			}
		}
	}()
	tw.Cleanup(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if len(r.wrong) > 0 {
			tw.Errorf("%s", strings.Join(r.wrong, "\n"))
		}
	})
	r.load()
	r.does(`document.querySelector("#time").value = "waits"; document.querySelector("#time").dispatchEvent(new Event("change"))`)
	return r
}

func (r *reader) complain(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wrong = append(r.wrong, fmt.Sprintf(format, args...))
}

// forgive takes back complaints that a story brings about.
func (r *reader) forgive(words string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wrong = slices.DeleteFunc(r.wrong, func(complaint string) bool { return strings.Contains(complaint, words) })
}

// load loads the page, and waits until its phones lie there.
func (r *reader) load() {
	r.Helper()
	r.must(chromedp.Do(r.tab, chromedp.Navigate(r.server.URL+"/")))
	r.until(`document.querySelectorAll("section.phone").length > 0`)
}

func (r *reader) does(script string) {
	r.Helper()
	if _, err := chromedp.Run(r.tab, chromedp.Evaluate[chromedp.Void](script)); err != nil {
		r.Fatalf("%s: %v", script, err)
	}
}

// until waits for something to be true of the page.
func (r *reader) until(what string) {
	r.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		got, err := chromedp.Run(r.tab, chromedp.Evaluate[bool]("Boolean("+what+")"))
		if err == nil && got {
			return
		}
		if time.Now().After(end) {
			words, _ := chromedp.Run(r.tab, chromedp.Evaluate[string]("document.body.innerText"))
			r.Fatalf("it does not come: %s (%v)\n%s", what, err, words)
		}
	}
}

// on is one of the phones that lie on the page, the first is 1.
func on(phone int, part string) string {
	return fmt.Sprintf("section.phone:nth-of-type(%d) %s", phone, part)
}

// sees waits for words on a phone's screen.
func (r *reader) sees(phone int, words string) {
	r.Helper()
	quoted, err := json.Marshal(words)
	r.must(err)
	r.until(fmt.Sprintf("document.querySelector(%q)?.innerText.includes(%s)", on(phone, ".screen"), quoted))
}

func (r *reader) clicks(phone int, part string) {
	r.Helper()
	r.must(chromedp.Do(r.tab, chromedp.Click(on(phone, part))))
}

// types presses keys on the keyboard, where the focus is.
func (r *reader) types(keys string) {
	r.Helper()
	r.must(chromedp.Do(r.tab, chromedp.KeyEvent(keys)))
}

func (r *reader) texts(phone int, words string) {
	r.Helper()
	r.must(chromedp.Do(r.tab, chromedp.Focus(on(phone, ".compose textarea"))))
	r.types(words + "\r")
}

// folk are the people whose phones lie on the page: two that the line knows, and a stranger.
func folk(c *simulator.Config) {
	c.People = []simulator.Person{
		{Number: ana, Name: "Ana", Lang: "en", AtHand: true}, {Number: ben, Name: "Ben", Lang: "es", AtHand: true}, {Number: "+12125550123"},
	}
}
