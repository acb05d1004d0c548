namespace Sida.Web.Data.Entities;

/// <summary>Somebody whose data is kept: today a browser, later an account.</summary>
internal sealed class Owner
{
    public required Guid Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
