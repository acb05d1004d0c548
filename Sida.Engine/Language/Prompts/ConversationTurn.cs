namespace Sida.Engine.Language.Prompts;

/// <summary>An earlier question of the same conversation and what was answered.</summary>
/// <param name="Question">The person's text, unchanged.</param>
/// <param name="Answer">The answer's text.</param>
/// <param name="AnswerTokens">
/// The ids that the model generated, with or without the end token. When given they are used instead of <paramref name="Answer"/>,
/// so that the sequence goes on exactly from where the model stopped and its cached prefix stays valid.
/// </param>
public sealed record ConversationTurn(string Question, string Answer, IReadOnlyList<int>? AnswerTokens = null);
