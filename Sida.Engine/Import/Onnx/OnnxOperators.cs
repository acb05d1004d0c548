namespace Sida.Engine.Import.Onnx;

/// <summary>The operators that our networks are made of, by their ONNX names. Shapes are given at the call sites.</summary>
internal static class OnnxOperators
{
    extension(OnnxGraph graph)
    {
        public OnnxValue Add(OnnxValue a, OnnxValue b) => graph.Node("Add", [a, b]);

        public OnnxValue Multiply(OnnxValue a, OnnxValue b) => graph.Node("Mul", [a, b]);

        public OnnxValue MatMul(OnnxValue a, OnnxValue b) => graph.Node("MatMul", [a, b]);

        /// <summary>y = x Wᵀ + b for rows x: (n, in) -> (n, out), W (out, in) as PyTorch stores it, b (out) or none.</summary>
        public OnnxValue Gemm(OnnxValue x, OnnxValue weight, OnnxValue? bias) =>
            graph.Node("Gemm", bias is { } b ? [x, weight, b] : [x, weight], new OnnxAttribute("transB", 1L));

        /// <summary>Copies nothing; -1 is the remaining side.</summary>
        public OnnxValue Reshape(OnnxValue x, params long[] shape) => graph.Reshape(x, graph.Integers(shape));

        public OnnxValue Reshape(OnnxValue x, OnnxValue shape) => graph.Node("Reshape", [x, shape]);

        public OnnxValue Transpose(OnnxValue x, params long[] axes) => graph.Node("Transpose", [x], new OnnxAttribute("perm", axes));

        public OnnxValue Concat(long axis, params OnnxValue[] parts) => graph.Node("Concat", parts, new OnnxAttribute("axis", axis));

        public OnnxValue Expand(OnnxValue x, OnnxValue shape) => graph.Node("Expand", [x, shape]);

        /// <summary>Elements start..end (exclusive) of one axis.</summary>
        public OnnxValue Slice(OnnxValue x, long axis, long start, long end) =>
            graph.Node("Slice", [x, graph.Integers(start), graph.Integers(end), graph.Integers(axis)]);

        /// <summary>Picks along the first axis.</summary>
        public OnnxValue Gather(OnnxValue x, OnnxValue indexes) => graph.Node("Gather", [x, indexes], new OnnxAttribute("axis", 0L));

        /// <summary>Sides start..end (exclusive) of a value's shape.</summary>
        public OnnxValue Shape(OnnxValue x, long start, long end) =>
            graph.Node("Shape", [x], new OnnxAttribute("start", start), new OnnxAttribute("end", end));

        /// <summary>Normalises over the last axis.</summary>
        public OnnxValue LayerNorm(OnnxValue x, OnnxValue weight, OnnxValue bias, float epsilon) =>
            graph.Node("LayerNormalization", [x, weight, bias], new OnnxAttribute("axis", -1L), new OnnxAttribute("epsilon", epsilon));

        public OnnxValue Relu(OnnxValue x) => graph.Node("Relu", [x]);

        /// <summary>x Φ(x) with the exact Gaussian Φ (erf), not its tanh approximation.</summary>
        public OnnxValue Gelu(OnnxValue x) => graph.Node("Gelu", [x]);

        /// <summary>x sigmoid(1.702 x), OpenAI CLIP's approximation.</summary>
        public OnnxValue QuickGelu(OnnxValue x) => graph.RuntimeNode("QuickGelu", [x], new OnnxAttribute("alpha", 1.702f));

        /// <summary>Over the last axis.</summary>
        public OnnxValue Softmax(OnnxValue x) => graph.Node("Softmax", [x], new OnnxAttribute("axis", -1L));

        public OnnxValue Sin(OnnxValue x) => graph.Node("Sin", [x]);

        public OnnxValue Cos(OnnxValue x) => graph.Node("Cos", [x]);

        /// <summary>Convolution without padding unless given: x (n, in, h, w), weight (out, in, k, k).</summary>
        public OnnxValue Conv(OnnxValue x, OnnxValue weight, OnnxValue? bias, long kernel, long stride, long padding) => graph.Node(
            "Conv",
            bias is { } b ? [x, weight, b] : [x, weight],
            new OnnxAttribute("kernel_shape", new[] { kernel, kernel }),
            new OnnxAttribute("strides", new[] { stride, stride }),
            new OnnxAttribute("pads", new[] { padding, padding, padding, padding }));

        /// <summary>Transposed convolution: x (n, in, h, w), weight (in, out, k, k), output sides k times as long for stride k.</summary>
        public OnnxValue ConvTranspose(OnnxValue x, OnnxValue weight, OnnxValue bias, long kernel, long stride) => graph.Node(
            "ConvTranspose",
            [x, weight, bias],
            new OnnxAttribute("kernel_shape", new[] { kernel, kernel }),
            new OnnxAttribute("strides", new[] { stride, stride }));

        /// <summary>
        /// softmax(scale q kᵀ) v for each head: q (b, s, heads d), k (b, t, heads d), v (b, t, heads e) -> (b, s, heads e). On CPU the runtime
        /// computes it block by block (FlashAttention), so the (s, t) scores are never in memory at once.
        /// </summary>
        public OnnxValue MultiHeadAttention(OnnxValue q, OnnxValue k, OnnxValue v, long heads, float scale) => graph.RuntimeNode(
            "MultiHeadAttention", [q, k, v], new OnnxAttribute("num_heads", heads), new OnnxAttribute("scale", scale));

        /// <summary>Where a 0/1 float condition is 1 the first value, elsewhere the second, even if the other is not finite.</summary>
        public OnnxValue Select(OnnxValue condition, OnnxValue whenTrue, OnnxValue otherwise) =>
            graph.Node("Where", [graph.Node("Greater", [condition, graph.Scalar(0.5f)]), whenTrue, otherwise]);
    }
}
