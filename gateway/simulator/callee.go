package simulator

import "net/http"

// peerWord is what one leg of a Dial tells the other.
type peerWord struct {
	kind  peerKind
	from  *leg
	heard Heard // of peerSound
	ended Ended // of peerLeft
}

type peerKind int

const (
	peerAnswered peerKind = iota // the callee is there, after any whisper
	peerLeft                     // the callee's side is over
	peerSound                    // keys or words
)

// callee plays the part of the one who is called: ring, hear the whisper, talk.
func (l *leg) callee(target *node, base string, timeout int) Ended {
	l.setStatus("initiated")
	l.progress("initiated", 0)
	if end := l.ring(timeout); end != nil {
		return *end
	}
	if keys := target.attr("sendDigits", ""); keys != "" {
		l.hear(Heard{Kind: HeardTone, Text: keys})
	}
	if ref := target.attr("url", ""); ref != "" {
		l.onWhisper = true
		if end := l.play(l.follow(base, ref, target.attr("method", http.MethodPost), nil)); end != nil {
			return *end
		}
		l.onWhisper = false
	}
	l.tellPeer(l.parent, peerWord{kind: peerAnswered})
	return l.talk(l.parent)
}

// talk connects a callee with its caller until one of them leaves.
func (l *leg) talk(peer *leg) Ended {
	for {
		in := l.wait(Listening{Kind: ListenTalk}, nil)
		if s, stop := l.stopped(in); stop {
			if s.end == nil { // a redirected callee leaves the bridge
				return l.playOut(*s.to)
			}
			return *s.end
		}
		l.exchange(peer, in)
	}
}

// exchange carries sound between the two legs of a bridge.
func (l *leg) exchange(peer *leg, in input) {
	switch in.kind {
	case inPress:
		l.tellPeer(peer, peerWord{kind: peerSound, heard: Heard{Kind: HeardTone, Text: in.keys}})
	case inSpeak:
		l.pass(secs(in.seconds))
		l.tellPeer(peer, peerWord{kind: peerSound, heard: Heard{Kind: HeardVoice, Text: in.words, Seconds: in.seconds}})
	case inPeer:
		if in.peer.kind == peerSound {
			l.hear(in.peer.heard)
		}
	}
}

// tellPeer hands the other leg a word, which is work under way until that leg has taken it up: else nothing might seem to be going on
// between the two. A leg that is over, or has not listened to many, is told nothing.
func (l *leg) tellPeer(peer *leg, w peerWord) {
	w.from = l
	peer.mu.Lock()
	defer peer.mu.Unlock()
	if peer.over {
		return
	}
	l.co.work.add()
	select {
	case peer.peers <- w:
	default:
		l.co.work.done()
	}
}

// dropPeers forgets the words that a leg did not take up before it was over. It needs the lock.
func (l *leg) dropPeers() {
	for {
		select {
		case <-l.peers:
			l.co.work.done()
		default:
			return
		}
	}
}
