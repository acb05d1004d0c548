namespace Sida.Web.Review.Webhooks;

/// <summary>What an address is sent.</summary>
/// <param name="Id">Names this message; the same in every attempt.</param>
/// <param name="Event">What happened.</param>
/// <param name="At">When.</param>
/// <param name="ProjectId">Where.</param>
/// <param name="By">Who did it.</param>
/// <param name="Data">What is worth knowing of it.</param>
internal sealed record WebhookMessage(Guid Id, WebhookEvents Event, DateTimeOffset At, Guid ProjectId, Guid By, object Data);
