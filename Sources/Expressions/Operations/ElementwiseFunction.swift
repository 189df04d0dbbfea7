/// The functions of numbers that apply to arrays element by element: the registry.
///
/// A new one is a file in this folder that states its rule, a case here, and a line in `unary` or `binary`.
public enum ElementwiseFunction: String, CaseIterable, Hashable, Sendable {
    // Arithmetic
    case add, subtract, multiply, divide, power, negate
    // Comparisons: 1 or 0
    case less, lessEqual, greater, greaterEqual, equal, notEqual
    // Two arguments
    case maximum, minimum, logaddexp, polygamma
    // One argument
    case exp, expm1, log, log1p, sqrt, absolute, sign, tanh, cosh, sinh, sin, cos, arctan
    case sigmoid, softplus, logcosh, relu, erf, ndtr, logNdtr, logCloglog, gammaln, digamma
}

extension ElementwiseFunction {
    /// The rule of a function of one number, nil for the others.
    public var unaryRule: (any UnaryRule.Type)? {
        switch self {
        case .negate: NegateRule.self
        case .exp: ExpRule.self
        case .expm1: Expm1Rule.self
        case .log: LogRule.self
        case .log1p: Log1pRule.self
        case .sqrt: SqrtRule.self
        case .absolute: AbsoluteRule.self
        case .sign: SignRule.self
        case .tanh: TanhRule.self
        case .cosh: CoshRule.self
        case .sinh: SinhRule.self
        case .sin: SinRule.self
        case .cos: CosRule.self
        case .arctan: ArctanRule.self
        case .sigmoid: SigmoidRule.self
        case .softplus: SoftplusRule.self
        case .logcosh: LogCoshRule.self
        case .relu: ReluRule.self
        case .erf: ErfRule.self
        case .ndtr: NdtrRule.self
        case .logNdtr: LogNdtrRule.self
        case .logCloglog: LogCloglogRule.self
        case .gammaln: GammalnRule.self
        case .digamma: DigammaRule.self
        default: nil
        }
    }

    /// The rule of a function of two numbers, nil for the others.
    public var binaryRule: (any BinaryRule.Type)? {
        switch self {
        case .add: AddRule.self
        case .subtract: SubtractRule.self
        case .multiply: MultiplyRule.self
        case .divide: DivideRule.self
        case .power: PowerRule.self
        case .less: LessRule.self
        case .lessEqual: LessEqualRule.self
        case .greater: GreaterRule.self
        case .greaterEqual: GreaterEqualRule.self
        case .equal: EqualRule.self
        case .notEqual: NotEqualRule.self
        case .maximum: MaximumRule.self
        case .minimum: MinimumRule.self
        case .logaddexp: LogAddExpRule.self
        case .polygamma: PolygammaRule.self
        default: nil
        }
    }

    /// The names it has as a function in programs, the one it is printed with first.
    public var names: [String] { unaryRule?.names ?? binaryRule?.names ?? [] }

    /// 1 or 2.
    public var arity: Int { unaryRule == nil ? 2 : 1 }
}
