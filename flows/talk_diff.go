package flows

// diff marks the lines that are only in a (-), only in b (+), or in both, keeping as many of these as can be.
func diff(a, b []string) []string {
	kept := make([][]int, len(a)+1) // kept[i][j]: lines in common of a[i:] and b[j:]
	for i := range kept {
		kept[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			kept[i][j] = max(kept[i+1][j], kept[i][j+1])
			if a[i] == b[j] {
				kept[i][j] = kept[i+1][j+1] + 1
			}
		}
	}
	var out []string
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, "  "+a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && kept[i+1][j] >= kept[i][j+1]:
			out = append(out, "- "+a[i])
			i++
		default:
			out = append(out, "+ "+b[j])
			j++
		}
	}
	return out
}
