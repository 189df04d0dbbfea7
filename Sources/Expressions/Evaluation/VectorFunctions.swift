import LinearAlgebra

extension ElementwiseFunction {
    /// The kernel for whole arrays, where there is one. It computes what the function's rule states, more accurately.
    package var vectorFunction: VectorFunction? {
        switch self {
        case .exp: .exp
        case .expm1: .expm1
        case .log: .log
        case .log1p: .log1p
        case .tanh: .tanh
        case .sigmoid: .sigmoid
        case .softplus: .softplus
        case .logcosh: .logcosh
        default: nil
        }
    }
}
