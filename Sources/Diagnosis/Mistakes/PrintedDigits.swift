extension Mistake {
    /// N2. Right up to half a unit of the last decimal that was printed.
    static let printedDigits = Mistake(
        recognised: "printed-digits", title: "printed digits", program: "print(g)", gives: "right to the digits shown",
        sign: "the difference is below half a unit of the last decimal", fix: "print with repr")
}
