namespace Sida.Engine.Analysis;

/// <summary>What the hidden states of one sequence say, in the order of its tokens: class logits of every [CLS], states of every [SEG].</summary>
internal sealed class AnswerState
{
    private readonly List<float[]> _clsHidden = [];
    private readonly List<float[]> _classLogits = [];
    private readonly List<float[]> _segHidden = [];

    /// <summary>(n, H): states that predict each [CLS].</summary>
    public IReadOnlyList<float[]> ClsHidden => _clsHidden;

    /// <summary>(n, 3): class logits of each [CLS].</summary>
    public IReadOnlyList<float[]> ClassLogits => _classLogits;

    /// <summary>(n, H): states that predict each [SEG].</summary>
    public IReadOnlyList<float[]> SegHidden => _segHidden;

    /// <summary>The class of the last [CLS] so far; null without one. SIDA.py takes the last, chat.py's prompt itself contains one.</summary>
    public Verdict? Verdict => _classLogits.Count == 0 ? null : (Verdict)Argmax(_classLogits[^1]);

    /// <summary>Softmax of the last [CLS]'s logits; null without one.</summary>
    public ClassProbabilities? Probabilities => _classLogits.Count == 0 ? null : ClassProbabilities.FromLogits(_classLogits[^1]);

    /// <summary>Adds a [CLS].</summary>
    public void AddCls(float[] hidden, float[] classLogits)
    {
        _clsHidden.Add(hidden);
        _classLogits.Add(classLogits);
    }

    /// <summary>Adds a [SEG].</summary>
    public void AddSeg(float[] hidden) => _segHidden.Add(hidden);

    /// <summary>Writes what was found.</summary>
    public void WriteTensors(ITensorSink tensors)
    {
        Write(tensors, TensorNames.ClsHidden, _clsHidden);
        Write(tensors, TensorNames.ClsLogits, _classLogits);
        Write(tensors, TensorNames.SegHidden, _segHidden);
    }

    private static void Write(ITensorSink tensors, string name, List<float[]> rows)
    {
        if (rows.Count > 0)
        {
            tensors.Write(name, [rows.Count, rows[0].Length], [.. rows.SelectMany(row => row)]);
        }
    }

    private static int Argmax(float[] logits) => Array.IndexOf(logits, logits.Max());
}
