import Expressions
import Testing

/// The libraries' functions and their own defaults. The values are those of NumPy 2.4, SciPy 1.16 and the definitions in the
/// documentation of TensorFlow and PyTorch, on small whole numbers.
@Suite struct LibraryFunctionTests {
    static let values: [(String, [Double])] = [
        // Variances: PyTorch divides by n − 1, the others by n.
        ("np.var(y)", [1.25]), ("y.var()", [1.25]), ("tf.math.reduce_variance(y)", [1.25]),
        ("torch.var(y)", [1.6666666666666667]), ("np.var(y, ddof=1)", [1.6666666666666667]),
        ("torch.var(y, unbiased=False)", [1.25]), ("torch.std(y, correction=0)", [1.118033988749895]),
        ("np.average(y, weights=w)", [2.75]), ("np.average(y)", [2.5]),
        // Products: inner takes last axes, vdot all elements, TensorFlow's matmul has switches.
        ("np.inner(X[:2], X[2:])", [17, 23, 39, 53]), ("np.vdot(X[:2], X[2:])", [70]),
        ("tf.matmul(X, X, transpose_a=True)", [84, 100, 100, 120]),
        ("tf.linalg.matvec(X, y, transpose_a=True)", [50, 60]),
        ("tf.tensordot(X, beta, axes=[[1], [0]])", [-1.5, -2.5, -3.5, -4.5]),
        ("np.linalg.multi_dot([beta, X.T, y])", [-35]), ("torch.mm(X, beta.view(-1, 1))", [-1.5, -2.5, -3.5, -4.5]),
        ("torch.rsub(y, 1)", [0, -1, -2, -3]), ("np.logaddexp2(3, 3)", [4]),
        ("tf.math.divide_no_nan(y, w)", [1, 0, 1.5, 4]), ("np.diagflat(X[:1])", [1, 0, 0, 2]),
        ("torch.linalg.slogdet(2 * torch.eye(2)).logabsdet", [1.3862943611198906]),
        ("np.logical_and(y > 1, w)", [0, 0, 1, 1]), ("np.logical_or(y > 3, w)", [1, 0, 1, 1]),
        // Losses and their reductions.
        ("F.mse_loss(y, w)", [3.5]), ("F.mse_loss(y, w, reduction='sum')", [14]),
        ("F.l1_loss(y, w, reduction='none')", [0, 2, 1, 3]), ("F.smooth_l1_loss(y, w)", [1.125]),
        ("F.huber_loss(y, w, delta=2)", [1.625]), ("special.huber(2, y - w)", [0, 2, 0.5, 4]),
        ("F.binary_cross_entropy(0.5 * ones(2), ones(2))", [0.6931471805599453]),
        ("F.binary_cross_entropy_with_logits(zeros(3), ones(3), reduction='sum')", [2.0794415416798357]),
        ("F.poisson_nll_loss(zeros(2), y[:2])", [1]), ("tf.keras.losses.mse(y, w)", [3.5]),
        // Special functions.
        ("special.logit(0.75)", [1.0986122886681098]), ("special.log_expit(0)", [-0.6931471805599453]),
        ("special.rel_entr(0, 2)", [0]), ("special.kl_div(1, 2)", [0.3068528194400547]),
        ("special.betaln(2, 3)", [-2.4849066497880004]), ("norm.pdf(0)", [0.3989422804014327]),
        ("scipy.stats.norm.logpdf(1, 1, 2)", [-1.612085713764618]), ("np.hypot(3, 4)", [5]), ("np.cbrt(-8)", [-2]),
    ]

    @Test(arguments: values)
    func giveTheLibrariesNumbers(text: String, expected: [Double]) throws {
        let values = try Reading.value(text)
        #expect(values.count == expected.count)
        for (a, b) in zip(values, expected) { #expect(abs(a - b) <= 2e-15 * max(1, abs(b)), "\(text): \(values)") }
    }

    @Test(arguments: [
        ("np.tensordot(X, X)", "axes"), ("scipy.special.softmax(X)", "axis"), ("F.mse_loss(y)", "too few"),
        ("F.mse_loss(y, w, reduction='avg')", "reduction"), ("np.average(X, axis=0, weights=y)", "weights"),
        ("F.l1_loss(y, X)", "shape"),
    ])
    func whatTheyWouldTakeOtherwiseIsRefused(text: String, word: String) {
        let error = Reading.error(text)
        #expect(error?.message.contains(word) == true || error?.kind == .shape, "\(String(describing: error))")
    }

    /// The commonest mistake with these losses: a column against a vector.
    @Test func aBroadcastInsideIsNoted() throws {
        let program = try Program.parse("F.mse_loss(X @ beta, y[:, None])", in: Reading.environment)
        #expect(program.broadcasts.count == 1)
        #expect(program.broadcasts.first?.message.contains("(4, 4)") == true)
        #expect(program.broadcasts.first?.source?.column == 1)
    }

    @Test func everyNameIsKnownOnce() {
        let names = ["logit", "huber", "mse_loss", "binary_cross_entropy", "norm.logpdf"]
        for name in names { #expect(Reading.error("\(name)()")?.kind == .syntax) }
    }
}
