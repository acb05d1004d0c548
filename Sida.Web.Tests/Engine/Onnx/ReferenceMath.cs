namespace Sida.Web.Tests.Engine.Onnx;

/// <summary>The networks' building blocks as plain loops in double precision. A tensor (n, c) is n rows of c numbers.</summary>
internal static class ReferenceMath
{
    /// <summary>torch's Linear: x Wᵀ + b, W (out, in).</summary>
    public static double[][] Linear(double[][] x, double[] weight, double[]? bias) => [.. x.Select(row => Linear(row, weight, bias))];

    public static double[] Linear(double[] x, double[] weight, double[]? bias)
    {
        int outputs = weight.Length / x.Length;
        var y = new double[outputs];
        for (int o = 0; o < outputs; o++)
        {
            y[o] = bias?[o] ?? 0;
            for (int i = 0; i < x.Length; i++)
            {
                y[o] += weight[(o * x.Length) + i] * x[i];
            }
        }

        return y;
    }

    public static double[][] LayerNorm(double[][] x, double[] weight, double[] bias, double epsilon) => [.. x.Select(row =>
    {
        double mean = row.Average();
        double variance = row.Average(value => (value - mean) * (value - mean));
        return row.Select((value, i) => ((value - mean) / Math.Sqrt(variance + epsilon) * weight[i]) + bias[i]).ToArray();
    })];

    public static double[][] Gelu(double[][] x) => Map(x, value => value * 0.5 * (1 + Erf(value / Math.Sqrt(2))));

    public static double[][] Relu(double[][] x) => Map(x, value => Math.Max(value, 0));

    public static double[][] Add(double[][] a, double[][] b) => [.. a.Zip(b, (x, y) => x.Zip(y, (p, q) => p + q).ToArray())];

    public static double[] Softmax(double[] x)
    {
        double largest = x.Max();
        double[] powers = [.. x.Select(value => Math.Exp(value - largest))];
        double sum = powers.Sum();
        return [.. powers.Select(value => value / sum)];
    }

    /// <summary>Attention of one or more heads; what is added to a score may depend on head, query and key.</summary>
    public static double[][] Attention(
        double[][] q, double[][] k, double[][] v, int heads, Func<int, int, int, double>? added = null)
    {
        int d = q[0].Length / heads;
        double[][] result = [.. q.Select(row => new double[row.Length])];
        for (int head = 0; head < heads; head++)
        {
            int at = head * d;
            for (int i = 0; i < q.Length; i++)
            {
                (int h, int query) = (head, i);
                double[] weights = Softmax([.. k.Select((key, j) => (Dot(q[query], key, at, d) / Math.Sqrt(d)) + (added?.Invoke(h, query, j) ?? 0))]);
                for (int c = 0; c < d; c++)
                {
                    int column = at + c;
                    result[i][column] = weights.Select((weight, j) => weight * v[j][column]).Sum();
                }
            }
        }

        return result;
    }

    public static double Dot(double[] a, double[] b, int start, int count)
    {
        double sum = 0;
        for (int i = start; i < start + count; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>torch's Conv2d with stride: x (in, h, w) as in rows of h w, weight (out, in, kernel, kernel), zero padding.</summary>
    public static double[][] Convolve(double[][] x, int side, double[] weight, double[]? bias, int kernel, int stride, int padding)
    {
        int outputs = weight.Length / (x.Length * kernel * kernel);
        int outputSide = ((side + (2 * padding) - kernel) / stride) + 1;
        double[][] result = [.. Enumerable.Range(0, outputs).Select(o => Enumerable.Repeat(bias?[o] ?? 0, outputSide * outputSide).ToArray())];
        for (int at = 0; at < weight.Length; at++)
        {
            (int o, int i) = (at / (x.Length * kernel * kernel), at / (kernel * kernel) % x.Length);
            (int dy, int dx) = ((at / kernel % kernel) - padding, (at % kernel) - padding);
            for (int cell = 0; cell < outputSide * outputSide; cell++)
            {
                (int row, int column) = ((cell / outputSide * stride) + dy, (cell % outputSide * stride) + dx);
                if (row >= 0 && row < side && column >= 0 && column < side)
                {
                    result[o][cell] += weight[at] * x[i][(row * side) + column];
                }
            }
        }

        return result;
    }

    /// <summary>torch's ConvTranspose2d(kernel 2, stride 2): x (in, h w), weight (in, out, 2, 2) -> (out, 2h 2w).</summary>
    public static double[][] Upscale(double[][] x, int side, double[] weight, double[] bias)
    {
        double[][] result = [.. bias.Select(b => Enumerable.Repeat(b, 4 * side * side).ToArray())];
        for (int i = 0; i < x.Length; i++)
        {
            for (int o = 0; o < bias.Length; o++)
            {
                for (int cell = 0; cell < 4 * side * side; cell++)
                {
                    (int row, int column) = (cell / (2 * side), cell % (2 * side));
                    double w = weight[(((i * bias.Length) + o) * 4) + (row % 2 * 2) + (column % 2)];
                    result[o][cell] += w * x[i][(row / 2 * side) + (column / 2)];
                }
            }
        }

        return result;
    }

    public static double[][] Transpose(double[][] x) => [.. Enumerable.Range(0, x[0].Length).Select(i => x.Select(row => row[i]).ToArray())];

    public static float[] Flatten(double[][] x) => [.. x.SelectMany(row => row).Select(value => (float)value)];

    private static double[][] Map(double[][] x, Func<double, double> function) => [.. x.Select(row => row.Select(function).ToArray())];

    /// <summary>erf by the series whose terms are all of one sign, exact to rounding.</summary>
    private static double Erf(double x)
    {
        double term = x;
        double sum = x;
        for (int n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return Math.Abs(x) > 6 ? Math.Sign(x) : 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
