namespace Sida.Engine.Imaging;

/// <summary>
/// The fixed-point weights of one axis of a Pillow resize: for each output position the first input position, the number of taps
/// and the taps' weights. Scaling down widens the kernel (antialias), scaling up does not narrow it.
/// Source: Pillow 9.4, src/libImaging/Resample.c, precompute_coeffs and normalize_coeffs_8bpc.
/// </summary>
internal sealed class PillowKernel
{
    /// <summary>Fraction bits of a weight: 32 bits less 8 for the pixel and 2 for the overshoot of negative lobes and the sign.</summary>
    public const int PrecisionBits = 32 - 8 - 2;

    private readonly int[] _first;
    private readonly int[] _count;
    private readonly int[] _weights;
    private readonly int _stride;

    /// <summary>Computes the weights of output positions [<paramref name="from"/>, <paramref name="from"/> + <paramref name="length"/>).</summary>
    /// <param name="inputSize">Input pixels along the axis.</param>
    /// <param name="outputSize">Output pixels along the axis, of which only the window's weights are kept.</param>
    /// <param name="filter">The interpolation kernel.</param>
    /// <param name="from">First output position of the window.</param>
    /// <param name="length">Output positions in the window.</param>
    public PillowKernel(int inputSize, int outputSize, ResampleFilter filter, int from, int length)
    {
        double scale = (double)inputSize / outputSize;
        double filterScale = Math.Max(scale, 1.0);
        double support = (filter == ResampleFilter.Bicubic ? 2.0 : 1.0) * filterScale;
        double inverse = 1.0 / filterScale;
        _stride = Math.Min(((int)Math.Ceiling(support) * 2) + 1, inputSize);
        _first = new int[length];
        _count = new int[length];
        _weights = new int[checked(length * _stride)];
        double[] weights = new double[_stride];
        for (int position = 0; position < length; position++)
        {
            double center = (from + position + 0.5) * scale;
            int first = Math.Max((int)(center - support + 0.5), 0);
            int count = Math.Min((int)(center + support + 0.5), inputSize) - first;
            double sum = 0;
            for (int tap = 0; tap < count; tap++)
            {
                weights[tap] = Weight(filter, (tap + first - center + 0.5) * inverse);
                sum += weights[tap];
            }

            _first[position] = first;
            _count[position] = count;
            for (int tap = 0; tap < count; tap++)
            {
                _weights[(position * _stride) + tap] = ToFixedPoint(sum == 0 ? weights[tap] : weights[tap] / sum);
            }
        }
    }

    /// <summary>First input position of the whole window.</summary>
    public int InputStart => _first[0];

    /// <summary>One past the last input position of the whole window.</summary>
    public int InputEnd => _first[^1] + _count[^1];

    /// <summary>First input position that an output position reads.</summary>
    public int First(int position) => _first[position];

    /// <summary>The weights of an output position, one per input position from <see cref="First"/> on.</summary>
    public ReadOnlySpan<int> Weights(int position) => _weights.AsSpan(position * _stride, _count[position]);

    private static double Weight(ResampleFilter filter, double x)
    {
        x = Math.Abs(x);
        if (filter == ResampleFilter.Bilinear)
        {
            return x < 1.0 ? 1.0 - x : 0.0;
        }

        const double A = -0.5;
        return x < 1.0 ? ((((A + 2.0) * x) - (A + 3.0)) * x * x) + 1.0
            : x < 2.0 ? ((((x - 5.0) * x) + 8.0) * x - 4.0) * A
            : 0.0;
    }

    private static int ToFixedPoint(double weight) => (int)((weight < 0 ? -0.5 : 0.5) + (weight * (1 << PrecisionBits)));
}
