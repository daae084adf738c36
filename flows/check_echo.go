package flows

// checkEcho finds texts that would repeat what somebody wrote to whoever holds the phone now. Codes and numbers that they keyed may
// be told.
func checkEcho(s *Set, found *findings) {
	written := trace(s, func(st *step, e edge, v saved) bool {
		a, ok := st.verb.(*ask)
		if v.name == heardVar && e.why == "other" {
			return true
		}
		if !ok || a.save == nil || v.name != a.save.name || e.why != "answer" {
			return false
		}
		switch a.question.(type) {
		case *free, *photo:
			return true
		}
		return false
	})
	for _, f := range s.order {
		if f.name == doorFlow || f.name == reportFlow || f.name == apartFlow {
			for _, p := range f.takes { // what was written out of the blue comes so
				if p.name == heardVar || p.name == apartVar {
					written[f][p.name] = true
				}
			}
		}
	}
	for _, f := range s.order {
		if f.notice != nil && f.notice.more != "" {
			written[f][f.notice.more] = true
		}
	}
	s.texts(func(st *step, x *text) {
		if st == nil {
			return
		}
		for _, words := range []form{x.written, x.quiet, x.said} {
			for _, t := range words {
				for _, p := range t.pieces() {
					if p.ref != nil && p.ref.origin == fromVar && written[st.flow][p.ref.name] {
						found.violate(ruleEcho, p.at, "{%s} is what somebody wrote, and is never repeated: others may hold the phone now", p.ref.key())
					}
				}
			}
		}
	})
}
