import Expressions
import Testing

/// Indices and slices are NumPy's.
@Suite struct SubscriptTests {
    static let elements: [(String, [Double])] = [
        ("X[..., 0]", [1.0, 3, 5, 7]), ("X[0, ...]", [1, 2]), ("X[...][1]", [3, 4]), ("y[...]", [1, 2, 3, 4]),
        ("X[..., None][0, 1]", [2]), ("X[..., -1, None][3]", [8]), ("X[1:, ...][0]", [3, 4]),
        ("X[-2:, -1]", [6, 8]), ("X[:-3]", [1, 2]), ("X[p - 1, p - 2]", [3]), ("y[1:100]", [2, 3, 4]),
        ("y[::1][2]", [3]), ("X[:, None, 1][2]", [6]), ("y[None][0, 1]", [2]),
    ]

    @Test(arguments: elements)
    func numpysElements(text: String, expected: [Double]) throws { #expect(try Reading.value(text) == expected) }

    @Test(arguments: ["X[..., ...]", "X[0, 0, 0]", "X[..., 0, 0, 0]", "X[4]", "X[-5]", "y[::2]", "y[y > 1]", "X[]"])
    func othersAreRefused(text: String) { #expect(Reading.error(text) != nil) }

    @Test func arraysHaveFewAxes() {
        let ones = "ones((1, 1, 1, 1, 1, 1, 1, 1, 1))"
        #expect(Reading.error("sum(transpose(\(ones), (1, 0, 2, 3, 4, 5, 6, 7, 8)))")?.kind == .tooLarge)
        #expect(Reading.error("sum(y" + String(repeating: "[None]", count: 12) + ")")?.kind == .tooLarge)
    }
}
