/// How far a function may stray over an interval, where Taylor's first two terms are no bound any more.
public enum Variation {
    /// The larger of |f(x + d) − f(x)| and |f(x − d) − f(x)|: the variation of a monotone function, and of a convex one
    /// together with its slope. Without a value at an end (a logarithm left of 0) nothing is known: infinity.
    public static func of(_ rule: any UnaryRule.Type, around x: Double, by d: Double, value: Double) -> Double {
        let right = abs(rule.value(x + d) - value)
        let left = abs(rule.value(x - d) - value)
        return right.isNaN || left.isNaN ? .infinity : max(left, right)
    }
}
