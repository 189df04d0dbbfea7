/// The names that were probably meant by one that is none: the same in another spelling, else those that others call so,
/// else the nearest; empty where there is none. O(names and other names).
public func meantNames(by name: String, among names: [String], otherNames: (String) -> [String]) -> [String] {
    let wanted = plainName(name)
    if let same = names.first(where: { plainName($0) == wanted }) { return [same] }
    let called = names.filter { otherNames($0).contains { plainName($0) == wanted } }
    return called.isEmpty ? nearestName(to: name, among: names).map { [$0] } ?? [] : called
}

/// A name in small letters, without what joins its words and without a last word "loss".
private func plainName(_ name: String) -> String {
    let joined = name.prefix(64).lowercased().filter { !"_- .".contains($0) }
    return joined.count > 4 && joined.hasSuffix("loss") ? String(joined.dropLast(4)) : joined
}

/// The known name that is most like a misspelt one, nil where none is near.
///
/// Near is an edit distance of at most a third of the letters, or a beginning of three letters or more (`sig` for
/// `sigmoid`). Among names that are equally many edits away a slip of the finger comes first: letters swapped, or a key
/// beside the one that was meant, and the first letter right; then the longer common beginning; then a name in `own`.
///
/// - Complexity: O(|name| · Σ|candidate|), at most 64 letters of each.
public func nearestName(to name: String, among names: [String], own: Set<String> = []) -> String? {
    let written = Array(name.lowercased().prefix(64))
    var best: (rank: Rank, name: String)?
    for candidate in names.sorted() where candidate != name {
        let known = Array(candidate.lowercased().prefix(64))
        let edits = distance(written, known, gap: 1, swap: 1) { _, _ in 1 }
        // One letter for another is another name; the same letter in the other case is a slip.
        let allowed = name.count == 1 ? 0 : max(1, min(written.count, known.count) / 3)
        let isBeginning = written.count >= 3 && known.starts(with: written)
        guard edits <= allowed || isBeginning else { continue }
        let rank = Rank(
            edits: edits <= allowed ? edits : allowed + 1,
            effort: distance(written, known, gap: 10, swap: 8, replacement: slip)
                + (written.first == known.first ? 0 : 5),
            apart: -zip(written, known).prefix { $0 == $1 }.count, isForeign: own.contains(candidate) ? 0 : 1)
        if best.map({ rank < $0.rank }) ?? true { best = (rank, candidate) }
    }
    return best?.name
}

/// How far a candidate is from what was written, the weightiest first.
private struct Rank: Comparable {
    var edits: Int
    var effort: Int
    var apart: Int
    var isForeign: Int

    static func < (a: Rank, b: Rank) -> Bool {
        (a.edits, a.effort, a.apart, a.isForeign) < (b.edits, b.effort, b.apart, b.isForeign)
    }
}

/// The cost of one letter for another in tenths of an edit: less for a key beside it.
private func slip(_ a: Character, _ b: Character) -> Int { neighbours[a]?.contains(b) == true ? 8 : 10 }

/// The keys beside each key, on an English keyboard.
private let neighbours: [Character: Set<Character>] = {
    let rows = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"].map(Array.init)
    var result: [Character: Set<Character>] = [:]
    for (r, row) in rows.enumerated() {
        for (k, key) in row.enumerated() {
            // A row stands half a key further right than the one above it.
            let places = [(r, k - 1), (r, k + 1), (r - 1, k), (r - 1, k + 1), (r + 1, k - 1), (r + 1, k)]
            result[key] = Set(
                places.compactMap { i, j in
                    rows.indices.contains(i) && rows[i].indices.contains(j) ? rows[i][j] : nil
                })
        }
    }
    return result
}()

/// Levenshtein's distance with neighbours swapped counted once (optimal string alignment), by the costs of the edits.
private func distance(
    _ a: [Character], _ b: [Character], gap: Int, swap: Int, replacement: (Character, Character) -> Int
) -> Int {
    var beforeLast: [Int] = []
    var last = (0...b.count).map { $0 * gap }
    for i in 0..<a.count {
        var row = [(i + 1) * gap]
        for j in 0..<b.count {
            let changed = last[j] + (a[i] == b[j] ? 0 : replacement(a[i], b[j]))
            var cost = min(row[j] + gap, last[j + 1] + gap, changed)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + swap) }
            row.append(cost)
        }
        beforeLast = last
        last = row
    }
    return last[b.count]
}
