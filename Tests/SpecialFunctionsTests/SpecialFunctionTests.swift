import SpecialFunctions
import Testing

/// Against mpmath at 60 digits: `log(erfc(-x/sqrt(2))/2)`, `npdf(x)/ncdf(x)`, `digamma`, `polygamma`.
@Suite struct SpecialFunctionTests {
    static let normal: [(x: Double, logarithm: Double, ratio: Double)] = [
        (-700.0, -245007.47002090905399, 700.00142856559772714),
        (-30.0, -454.32124395634319711, 30.033259667433677037),
        (-2.5, -5.0816482772786904984, 2.8227447976639072505),
        (0.375, -0.43669301301753845765, 0.57547584713617290447),
        (6.0, -9.8658764552437573169e-10, 6.0758828558176764452e-9),
    ]

    static let gamma: [(x: Double, digamma: Double, trigamma: Double, third: Double)] = [
        (0.125, -8.3884926632958548678, 65.388133444988034473, 24580.143419063566219),
        (0.5, -1.9635100260214234794, 4.9348022005446793094, 97.409091034002437236),
        (3.25, 1.0169909110681790364, 0.35979829030957987507, 0.090433355324655739298),
        (40.0, 3.6763273740348431259, 0.025315103841291028158, 0.000032441400151563500322),
    ]

    private func close(_ a: Double, _ b: Double, _ ulps: Double) -> Bool { abs(a - b) <= ulps * b.ulp }

    @Test func normalInBothTails() {
        for row in Self.normal {
            #expect(close(logNdtr(row.x), row.logarithm, 16), "log_ndtr(\(row.x))")
            #expect(close(inverseMills(row.x), row.ratio, 16), "ratio at \(row.x)")
        }
    }

    @Test func polygammas() {
        for row in Self.gamma {
            #expect(close(digamma(row.x), row.digamma, 16), "digamma(\(row.x))")
            #expect(close(trigamma(row.x), row.trigamma, 16), "trigamma(\(row.x))")
            #expect(close(polygamma(3, row.x), row.third, 32), "polygamma(3, \(row.x))")
        }
    }

    @Test func softplusKeepsItsTails() {
        #expect(softplus(800) == 800)
        #expect(softplus(-745) > 0)
        #expect(sigmoidFirst(40) == sigmoidFirst(-40))
        #expect(sigmoidFirst(40) > 4e-18)
    }
}
