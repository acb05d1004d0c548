using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sida.Web.Api.OpenAi;

/// <summary>What OpenAI's clients send to /v1/chat/completions, as far as it means something here.</summary>
public sealed record ChatRequest
{
    public string? Model { get; init; }

    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    public bool Stream { get; init; }

    [JsonPropertyName("stream_options")]
    public StreamOptions? StreamOptions { get; init; }

    [JsonPropertyName("max_tokens")]
    public int? MaxTokens { get; init; }

    [JsonPropertyName("max_completion_tokens")]
    public int? MaxCompletionTokens { get; init; }

    /// <summary>Only one answer is given.</summary>
    public int? N { get; init; }
}

/// <summary>How to stream.</summary>
public sealed record StreamOptions
{
    [JsonPropertyName("include_usage")]
    public bool IncludeUsage { get; init; }
}

/// <summary>A message of the conversation.</summary>
public sealed record ChatMessage
{
    /// <summary>system, developer, user or assistant.</summary>
    public required string Role { get; init; }

    /// <summary>A string, or a list of parts.</summary>
    public JsonElement Content { get; init; }
}

/// <summary>A part of a message: text, or a picture.</summary>
public sealed record ChatPart
{
    /// <summary>text or image_url.</summary>
    public required string Type { get; init; }

    public string? Text { get; init; }

    [JsonPropertyName("image_url")]
    public ChatImage? ImageUrl { get; init; }
}

/// <summary>A picture: a data URI, a public address, or the address of an uploaded picture (/api/pictures/ID).</summary>
public sealed record ChatImage
{
    public required string Url { get; init; }
}
