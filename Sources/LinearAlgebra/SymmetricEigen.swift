/// The eigenvalues of a symmetric matrix did not converge: its entries are not finite.
package struct EigenvaluesDidNotConverge: Error, Equatable {}

/// The eigenvalues of a symmetric matrix in ascending order, by Jacobi rotations; only the lower triangle is read.
package func symmetricEigenvalues(_ a: Matrix) throws(EigenvaluesDidNotConverge) -> [Double] {
    precondition(a.rows == a.columns)
    let p = a.rows
    var m = a
    for i in 0..<p { for j in 0..<i { m[j, i] = m[i, j] } }
    guard a.elements.allSatisfy(\.isFinite) else { throw EigenvaluesDidNotConverge() }
    for _ in 0..<60 {
        var off = 0.0
        for i in 0..<p { for j in 0..<i { off = max(off, abs(m[i, j])) } }
        if off == 0 { break }
        for i in 0..<p {
            for j in 0..<i where m[i, j] != 0 {
                let theta = (m[i, i] - m[j, j]) / (2 * m[i, j])
                let t = (theta < 0 ? -1 : 1) / (abs(theta) + (1 + theta * theta).squareRoot())
                let c = 1 / (1 + t * t).squareRoot()
                let s = c * t
                for k in 0..<p {
                    let (x, y) = (m[k, j], m[k, i])
                    m[k, j] = c * x - s * y
                    m[k, i] = s * x + c * y
                }
                for k in 0..<p {
                    let (x, y) = (m[j, k], m[i, k])
                    m[j, k] = c * x - s * y
                    m[i, k] = s * x + c * y
                }
            }
        }
    }
    return (0..<p).map { m[$0, $0] }.sorted()
}
