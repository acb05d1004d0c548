using Sida.Engine.Import.Gguf;

namespace Sida.Web.Tests.Engine.Gguf;

/// <summary>
/// LLaMA straight from modeling_llama.py (transformers 4.31), in double precision and without a cache: what a GGUF file must compute,
/// whatever its sizes.
/// </summary>
internal sealed class ReferenceLlama(LlamaConfig config, MemoryTensors tensors)
{
    /// <summary>Hidden states after the final norm, (length, H), and the logits of the last position.</summary>
    public (double[][] Hidden, double[] Logits) Run(IReadOnlyList<int> tokens)
    {
        float[] table = Matrix("model.embed_tokens");
        double[][] x = [.. tokens.Select(token => table.Skip(token * config.HiddenSize).Take(config.HiddenSize).Select(value => (double)value).ToArray())];
        for (int layer = 0; layer < config.Layers; layer++)
        {
            string block = $"model.layers.{layer}.";
            double[][] attended = Attention(block, [.. x.Select(row => Norm(row, block + "input_layernorm"))]);
            x = [.. x.Zip(attended, Sum)];
            x = [.. x.Select(row => Sum(row, FeedForward(block, Norm(row, block + "post_attention_layernorm"))))];
        }

        double[][] hidden = [.. x.Select(row => Norm(row, "model.norm"))];
        float[] head = Matrix(config.TiedEmbeddings ? "model.embed_tokens" : "lm_head");
        return (hidden, Linear(head, hidden[^1]));
    }

    private double[][] Attention(string block, double[][] x)
    {
        int size = config.HeadSize;
        double[][] queries = Project("q_proj");
        double[][] keys = Project("k_proj");
        double[][] values = Project("v_proj");
        for (int position = 0; position < x.Length; position++)
        {
            Rotate(queries[position], position);
            Rotate(keys[position], position);
        }

        double[][] mixed = [.. x.Select(_ => new double[config.HiddenSize])];
        for (int position = 0; position < x.Length; position++)
        {
            for (int head = 0; head < config.Heads; head++)
            {
                // repeat_kv: neighbouring query heads share a key head.
                int shared = head / (config.Heads / config.KeyValueHeads);
                double[] scores = [.. Enumerable.Range(0, position + 1).Select(key => Dot(queries[position], head * size, keys[key], shared * size, size) / Math.Sqrt(size))];
                double largest = scores.Max();
                double[] weights = [.. scores.Select(score => Math.Exp(score - largest))];
                double total = weights.Sum();
                for (int key = 0; key <= position; key++)
                {
                    for (int i = 0; i < size; i++)
                    {
                        mixed[position][(head * size) + i] += weights[key] / total * values[key][(shared * size) + i];
                    }
                }
            }
        }

        float[] output = Matrix(block + "self_attn.o_proj");
        return [.. mixed.Select(row => Linear(output, row))];

        double[][] Project(string name)
        {
            float[] matrix = Matrix($"{block}self_attn.{name}");
            return [.. x.Select(row => Linear(matrix, row))];
        }
    }

    /// <summary>rotate_half: dimension i turns with i + d/2.</summary>
    private void Rotate(double[] heads, int position)
    {
        int size = config.HeadSize;
        double scaled = position / (double)(config.LinearRopeScaling ?? 1);
        for (int start = 0; start < heads.Length; start += size)
        {
            for (int i = 0; i < size / 2; i++)
            {
                (double sin, double cos) = Math.SinCos(scaled * Math.Pow(config.RopeTheta, -2.0 * i / size));
                double a = heads[start + i];
                double b = heads[start + i + (size / 2)];
                heads[start + i] = (a * cos) - (b * sin);
                heads[start + i + (size / 2)] = (b * cos) + (a * sin);
            }
        }
    }

    private double[] FeedForward(string block, double[] x)
    {
        double[] gate = Linear(Matrix(block + "mlp.gate_proj"), x);
        double[] up = Linear(Matrix(block + "mlp.up_proj"), x);
        double[] inner = [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)];
        return Linear(Matrix(block + "mlp.down_proj"), inner);
    }

    private double[] Norm(double[] x, string name)
    {
        float[] weight = Matrix(name);
        double scale = 1 / Math.Sqrt(x.Average(value => value * value) + config.NormEpsilon);
        return [.. x.Zip(weight, (value, w) => value * scale * w)];
    }

    private float[] Matrix(string name) => tensors.Floats(name + ".weight");

    private static double[] Linear(float[] matrix, double[] x)
    {
        double[] y = new double[matrix.Length / x.Length];
        for (int row = 0; row < y.Length; row++)
        {
            for (int i = 0; i < x.Length; i++)
            {
                y[row] += matrix[(row * x.Length) + i] * x[i];
            }
        }

        return y;
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static double Dot(double[] a, int startA, double[] b, int startB, int length)
    {
        double sum = 0;
        for (int i = 0; i < length; i++)
        {
            sum += a[startA + i] * b[startB + i];
        }

        return sum;
    }
}
