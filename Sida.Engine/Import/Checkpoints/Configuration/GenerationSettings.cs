using System.Text.Json;

namespace Sida.Engine.Import.Checkpoints.Configuration;

/// <summary>
/// How the official program would choose tokens with this checkpoint. Its generate() call names only the token limit and a single beam;
/// the rest comes from `generation_config.json` - unless that says `_from_model_config: true`, as save_pretrained writes: then
/// transformers 4.31 builds it anew from `config.json` (generation/utils.py, generate; generation/configuration_utils.py,
/// from_model_config).
/// </summary>
internal sealed record GenerationSettings
{
    private const string FileName = "generation_config.json";
    private const string ModelFileName = "config.json";
    private const string BuiltFromModel = "_from_model_config";

    /// <summary>Whether tokens are drawn at random; otherwise the most likely one is taken and the three numbers mean nothing.</summary>
    public required bool Sample { get; init; }

    /// <summary>Divides the logits before drawing.</summary>
    public required double Temperature { get; init; }

    /// <summary>Only that many most likely tokens are drawn from; 0 for all.</summary>
    public required int TopK { get; init; }

    /// <summary>Only the most likely tokens that have this probability together are drawn from.</summary>
    public required double TopP { get; init; }

    /// <summary>
    /// Tokens that end the answer: null for the tokenizer's end token, which the official program sets itself; none at all when a
    /// generation_config.json of its own names none.
    /// </summary>
    public IReadOnlyList<int>? StopTokenIds { get; init; }

    /// <summary>Settings that would change the official program's tokens and that Sida doesn't follow; empty for every published checkpoint.</summary>
    public required IReadOnlyList<string> Unsupported { get; init; }

    /// <summary>What leaves the tokens alone (transformers 4.31, GenerationConfig), for each setting that could change them.</summary>
    private static readonly (string Field, double Neutral)[] NeutralValues =
    [
        ("min_length", 0), ("min_new_tokens", 0), ("num_beam_groups", 1), ("num_return_sequences", 1), ("penalty_alpha", 0), ("typical_p", 1),
        ("epsilon_cutoff", 0), ("eta_cutoff", 0), ("diversity_penalty", 0), ("repetition_penalty", 1), ("encoder_repetition_penalty", 1),
        ("no_repeat_ngram_size", 0), ("encoder_no_repeat_ngram_size", 0), ("guidance_scale", 1),
    ];

    private static readonly string[] NeutralWhenAbsent =
    [
        "bad_words_ids", "force_words_ids", "constraints", "forced_bos_token_id", "forced_eos_token_id", "exponential_decay_length_penalty",
        "suppress_tokens", "begin_suppress_tokens", "forced_decoder_ids", "sequence_bias", "max_time",
    ];

    /// <summary>Reads the settings that count.</summary>
    /// <exception cref="CheckpointException">A file is damaged or has an impossible value.</exception>
    public static GenerationSettings Read(CheckpointFolder folder)
    {
        JsonFields? own = folder.Has(FileName) ? JsonFields.Read(folder, FileName) : null;
        bool fromModel = own is null || own.Bool(BuiltFromModel, absent: false);
        JsonFields fields = fromModel ? JsonFields.Read(folder, ModelFileName) : own!;
        return new GenerationSettings
        {
            Sample = fields.Bool("do_sample", absent: false),
            Temperature = fields.Number("temperature", 1e-6, 1000, absent: 1),
            TopK = fields.Int("top_k", 0, int.MaxValue, absent: 50),
            TopP = fields.Number("top_p", 0, 1, absent: 1),
            StopTokenIds = fromModel ? null : fields.IntOrInts("eos_token_id"),
            Unsupported =
            [
                .. NeutralValues.Where(setting => fields.Has(setting.Field)
                    && fields.Number(setting.Field, double.MinValue, double.MaxValue) != setting.Neutral).Select(setting => setting.Field),
                .. NeutralWhenAbsent.Where(field => fields.Kind(field) is not (JsonValueKind.Undefined or JsonValueKind.False)),
            ],
        };
    }
}
