extension Mistake {
    /// N2. Right up to half a unit of the last decimal that was printed.
    static let printedDigits = Mistake(
        recognised: "printed-digits", title: "rounded to the digits that were printed", program: "print(g)",
        gives: "right to the digits shown",
        sign: "the difference is below half a unit of the last decimal",
        fix: "nothing is wrong; for more digits print with repr, or np.set_printoptions(precision=17)")
}
