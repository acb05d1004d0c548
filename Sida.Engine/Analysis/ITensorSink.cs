namespace Sida.Engine.Analysis;

/// <summary>
/// Receives the intermediate tensors of one analysis, so that they can be compared with the official program's. Names and
/// shapes: <see cref="TensorNames"/>.
/// </summary>
public interface ITensorSink
{
    /// <summary>Takes one tensor; called from any thread, once per name.</summary>
    /// <param name="name">One of <see cref="TensorNames"/>.</param>
    /// <param name="shape">Dimensions, outermost first.</param>
    /// <param name="values">Row-major; valid during the call only.</param>
    void Write(string name, ReadOnlySpan<int> shape, ReadOnlySpan<float> values);
}

/// <summary>The tensors that an analysis can write (H hidden size, S input size, n number of occurrences, P prompt width).</summary>
public static class TensorNames
{
    /// <summary>(3, S, S): the CLIP tower's input.</summary>
    public const string ClipPixels = "clip_pixels";

    /// <summary>(N, C): the tower's output before the projector.</summary>
    public const string ClipFeatures = "clip_features";

    /// <summary>(N, H): the image's rows in the language model's input.</summary>
    public const string ProjectedFeatures = "projected_features";

    /// <summary>(n, H): states that predict each [CLS], in order, after the final norm.</summary>
    public const string ClsHidden = "cls_hidden";

    /// <summary>(n, 3): class logits of each [CLS].</summary>
    public const string ClsLogits = "cls_logits_all";

    /// <summary>(n, H): states that predict each [SEG], in order.</summary>
    public const string SegHidden = "seg_hidden";

    /// <summary>(n, P): text_hidden_fcs of <see cref="SegHidden"/>.</summary>
    public const string SegEmbeddings = "seg_emb";

    /// <summary>(1, P): sida_fc1 of the first [CLS]'s logits.</summary>
    public const string ClsProjected = "cls_projected";

    /// <summary>(1, P): what attention adds to each seg embedding.</summary>
    public const string AttentionOutput = "attn_output";

    /// <summary>(n, P): the prompt embeddings that the mask decoder receives.</summary>
    public const string FusedSegEmbeddings = "fused_seg_emb";

    /// <summary>(3, S, S): the SAM encoder's input, normalised and padded.</summary>
    public const string SamPixels = "sam_pixels";

    /// <summary>(256, S/16, S/16): the SAM encoder's output.</summary>
    public const string SamEmbedding = "sam_embedding";

    /// <summary>(n, S/4, S/4): mask logits of mask token 0.</summary>
    public const string LowResolutionLogits = "low_res_logits";

    /// <summary>(n, 1): the decoder's own estimate of each mask's IoU.</summary>
    public const string IouPrediction = "iou_pred";

    /// <summary>(n, height, width): mask logits at the picture's own size.</summary>
    public const string FinalLogits = "final_logits";
}
